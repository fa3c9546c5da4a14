import './zod-config.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/overview.css';
import './styles/station.css';
import './styles/dialog.css';
import './styles/control.css';
import './styles/network.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { App } from './app.tsx';
import { createWords } from './i18n/index.ts';
import { takeLoginToken } from './session/session.ts';
import { applyLanguage, storedLanguage } from './shell/language.ts';
import { applyTheme, storedTheme } from './shell/theme.ts';

applyTheme(storedTheme());
const token = takeLoginToken(window.location, window.history);
const words = await createWords(storedLanguage());
await applyLanguage(words, storedLanguage());

const root = document.getElementById('root');
if (!root) throw new Error('index.html lacks the element with the id root');
createRoot(root).render(
  <StrictMode>
    <I18nextProvider i18n={words}>
      <App token={token} />
    </I18nextProvider>
  </StrictMode>,
);
