/** How each circuit is controlled: every setting in one line, and the way to change it for those who may. */
import type { CircuitSettings, StationDetail, StationView } from '@heat-center/api/stations.ts';
import { useState } from 'react';
import { useFromTime } from '../feed/context.tsx';
import { localDay } from '../format/time.ts';
import { startPoints } from '../model/curve.ts';
import { weekOf } from '../model/schedule.ts';
import { useWords } from '../parts/words.ts';
import type { Words } from '../parts/words.ts';
import { useMay } from '../session/may.ts';
import { CurveDialog } from './curve-dialog.tsx';
import { PressureDialog } from './pressure-dialog.tsx';
import { PrimaryDialog } from './primary-dialog.tsx';
import { RegulationDialog } from './regulation-dialog.tsx';
import { RoomsDialog } from './rooms-dialog.tsx';
import { ScheduleDialog } from './schedule-dialog.tsx';
import {
  curveSummary,
  pressureSummary,
  primarySummary,
  regulationSummary,
  roomsSummary,
  scheduleSummary,
} from './summary.ts';
import { WeekPreview } from './week-preview.tsx';

interface LineProps {
  readonly name: string;
  readonly text: string;
  /** What the button says to those who do not see the line; absent where the person may not. */
  readonly label: string;
  readonly open: (() => void) | undefined;
  readonly children?: React.ReactNode;
}

function Line({ name, text, label, open, children }: LineProps) {
  const { t } = useWords();
  return (
    <div className="setting">
      <dt>{name}</dt>
      <dd>
        {text} {children}
      </dd>
      {open && (
        <button type="button" className="button small" aria-label={label} onClick={open}>
          {t('circuit.change')}
        </button>
      )}
    </div>
  );
}

const KEYS = ['curve', 'regulation', 'schedule', 'rooms', 'pressure'] as const;
type Key = (typeof KEYS)[number];

/** What can be set of a circuit: a curve needs a heating circuit, flow modes and pressures what it accepts. */
function settable(circuit: CircuitSettings): readonly Key[] {
  const heats = startPoints(circuit) !== undefined;
  const flows = circuit.design !== undefined && circuit.accepts.includes('flow_m3_h');
  return KEYS.filter((key) => {
    if (key === 'pressure') return circuit.accepts.includes('dp_kpa');
    if (key === 'regulation') return heats && flows;
    return heats;
  });
}

const SUMMARIES: Record<Key, (circuit: CircuitSettings, words: Words) => string> = {
  curve: curveSummary,
  regulation: regulationSummary,
  schedule: ({ schedule }, words) => scheduleSummary(schedule, words),
  rooms: roomsSummary,
  pressure: pressureSummary,
};

/** The coming week of a schedule in force, when asked for. */
function Week({ circuit }: { circuit: CircuitSettings }) {
  const { t, zone } = useWords();
  const [open, setOpen] = useState(false);
  const today = useFromTime((now) => localDay(now, zone));
  if (!circuit.schedule) return null;
  return (
    <>
      <button type="button" className="link" aria-expanded={open} onClick={() => setOpen(!open)}>
        {t('schedule.showWeek')}
      </button>
      {open && <WeekPreview week={weekOf(circuit.schedule, today)} />}
    </>
  );
}

interface CircuitProps {
  readonly view: StationView;
  readonly detail: StationDetail | null;
  readonly circuit: CircuitSettings;
}

function Circuit({ view, detail, circuit }: CircuitProps) {
  const words = useWords();
  const { t } = words;
  const may = useMay();
  const [changing, setChanging] = useState<Key | null>(null);
  const keys = settable(circuit);
  const dialog = { view, circuit, close: () => setChanging(null) };
  return (
    <div className="settings-of">
      <h3>
        <span className="circuit-id">{circuit.id}</span>{' '}
        {circuit.kind && <span className="quiet">{t(`circuitKind.${circuit.kind}`)}</span>}
      </h3>
      {keys.length === 0 && <p className="quiet">{t('setting.nothing')}</p>}
      <dl>
        {keys.map((key) => (
          <Line
            key={key}
            name={t(`setting.${key}`)}
            text={SUMMARIES[key](circuit, words)}
            label={t('setting.changeOf', { what: t(`setting.${key}`), circuit: circuit.id })}
            open={may('configure') ? () => setChanging(key) : undefined}
          >
            {key === 'schedule' && <Week circuit={circuit} />}
          </Line>
        ))}
      </dl>
      {changing === 'curve' && <CurveDialog {...dialog} time_constant_h={detail?.outdoor_time_constant_h} />}
      {changing === 'regulation' && <RegulationDialog {...dialog} />}
      {changing === 'schedule' && <ScheduleDialog {...dialog} />}
      {changing === 'rooms' && <RoomsDialog {...dialog} />}
      {changing === 'pressure' && <PressureDialog {...dialog} />}
    </div>
  );
}

function Primary({ detail, reload }: { detail: StationDetail; reload: () => void }) {
  const words = useWords();
  const { t } = words;
  const may = useMay();
  const [changing, setChanging] = useState(false);
  return (
    <div className="settings-of">
      <h3>{t('setting.station')}</h3>
      <dl>
        <Line
          name={t('setting.primary')}
          text={primarySummary(detail, words)}
          label={t('setting.changeStation')}
          open={may('configure') ? () => setChanging(true) : undefined}
        />
      </dl>
      {changing && <PrimaryDialog detail={detail} close={() => setChanging(false)} reload={reload} />}
    </div>
  );
}

interface PanelProps {
  readonly view: StationView;
  readonly detail: StationDetail | null;
  readonly reload: () => void;
}

export function ControlPanel({ view, detail, reload }: PanelProps) {
  const { t } = useWords();
  if (view.kind === 'source') return null;
  return (
    <section className="panel control">
      <h2>{t('setting.title')}</h2>
      <div className="settings-list">
        {view.circuits.map((circuit) => (
          <Circuit key={circuit.id} view={view} detail={detail} circuit={circuit} />
        ))}
        {detail && <Primary detail={detail} reload={reload} />}
      </div>
    </section>
  );
}
