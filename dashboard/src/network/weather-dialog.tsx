/** Where weather forecasts come from. */
import type { NetworkSettings } from '@heat-center/api/network.ts';
import { useState } from 'react';
import { isFaulty } from '../model/settings.ts';
import { typedNumber } from '../model/schedule.ts';
import { Choice } from '../parts/choice.tsx';
import { NumberText } from '../parts/fields.tsx';
import { Text } from '../parts/form-dialog.tsx';
import { useWords } from '../parts/words.ts';
import { SectionDialog, sectionFaults } from './section-dialog.tsx';

const PROVIDERS = ['none', 'open-meteo', 'met-norway', 'file'] as const;
type Provider = (typeof PROVIDERS)[number];

interface Draft {
  readonly provider: Provider;
  readonly lat: string;
  readonly lon: string;
  readonly file: string;
  readonly contact: string;
  readonly every_min: string;
}

function weatherOf({ provider, lat, lon, file, contact, every_min }: Draft) {
  if (provider === 'none') return null;
  const every = every_min.trim() === '' ? {} : { every_s: typedNumber(every_min) * 60 };
  if (provider === 'file') return { provider, ...(file === '' ? {} : { file }), ...every };
  const place =
    lat.trim() === '' && lon.trim() === '' ? {} : { place: { lat: typedNumber(lat), lon: typedNumber(lon) } };
  return { provider, ...place, ...(contact === '' ? {} : { contact }), ...every };
}

interface WeatherProps {
  readonly settings: NetworkSettings;
  readonly close: () => void;
  readonly saved: () => void;
}

export function WeatherDialog({ settings, close, saved }: WeatherProps) {
  const { t } = useWords();
  const was = settings.weather;
  const [draft, setDraft] = useState<Draft>({
    provider: was?.provider ?? 'none',
    lat: String(was?.place?.lat ?? ''),
    lon: String(was?.place?.lon ?? ''),
    file: was?.file ?? '',
    contact: was?.contact ?? '',
    every_min: was ? String(was.every_s / 60) : '',
  });
  const weather = weatherOf(draft);
  const faults = sectionFaults({ weather });
  const service = draft.provider === 'open-meteo' || draft.provider === 'met-norway';
  const field = (key: 'lat' | 'lon', step: number) => (
    <NumberText
      label={t(`field.${key}`)}
      unit="°"
      step={step}
      value={draft[key]}
      set={(value) => setDraft({ ...draft, [key]: value })}
      wrong={isFaulty(faults, 'weather.place')}
    />
  );
  return (
    <SectionDialog
      title={t('forecast.settings')}
      section="weather"
      settings={settings}
      value={() => weather}
      close={close}
      saved={saved}
    >
      <Choice
        label={t('forecast.provider')}
        value={draft.provider}
        options={PROVIDERS.map((value) => ({ value, text: t(`forecast.providers.${value}`) }))}
        choose={(provider) => setDraft({ ...draft, provider })}
      />
      {service && (
        <div className="fields">
          {field('lat', 0.01)}
          {field('lon', 0.01)}
        </div>
      )}
      {draft.provider === 'met-norway' && (
        <Text
          label={t('field.contact')}
          value={draft.contact}
          set={(contact) => setDraft({ ...draft, contact })}
        />
      )}
      {draft.provider === 'file' && (
        <Text
          label={t('field.file')}
          help={t('forecast.fileHelp')}
          value={draft.file}
          set={(file) => setDraft({ ...draft, file })}
        />
      )}
      {draft.provider !== 'none' && (
        <NumberText
          label={t('field.every_s')}
          unit="min"
          step={5}
          value={draft.every_min}
          set={(every_min) => setDraft({ ...draft, every_min })}
          usual="60"
          wrong={isFaulty(faults, 'weather.every_s')}
        />
      )}
      <ul className="effects">
        <li>{t(draft.provider === 'none' ? 'forecast.effectNone' : 'forecast.effect')}</li>
      </ul>
    </SectionDialog>
  );
}
