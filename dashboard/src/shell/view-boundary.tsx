/** A view that fails takes neither the shell nor the feed with it. */
import { Component } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

function Crashed({ error }: { error: Error }) {
  const { t } = useTranslation();
  return (
    <div className="empty" role="alert">
      <h2>{t('problem.crashed')}</h2>
      <p>{t('problem.crashedRemedy')}</p>
      <pre>{error.message}</pre>
      <button type="button" className="button" onClick={() => window.location.reload()}>
        {t('problem.reload')}
      </button>
    </div>
  );
}

export class ViewBoundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    return this.state.error ? <Crashed error={this.state.error} /> : this.props.children;
  }
}
