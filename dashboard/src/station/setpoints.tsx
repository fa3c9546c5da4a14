/** The circuits in numbers: each setpoint on its scale, with its reason, its trace, and the way to change it. */
import type { CommandView } from '@heat-center/api/commands.ts';
import type { TraceEntry } from '@heat-center/api/common.ts';
import type { DecidedSetpoint, SetpointName, StationView } from '@heat-center/api/stations.ts';
import { useState } from 'react';
import { Link } from 'wouter';
import { useFromTime } from '../feed/context.tsx';
import { formatNumber } from '../format/number.ts';
import { formatTime } from '../format/time.ts';
import { wordFor } from '../i18n/index.ts';
import { circuitsOf } from '../model/deviation.ts';
import { isApproached } from '../model/reason.ts';
import { blockedBy, POINTS_OF, quantityNow, wishable } from '../model/wish.ts';
import type { Quantity } from '../model/wish.ts';
import { quantity, reasonLine, reasonText, unitOf } from '../parts/reason-text.ts';
import { Scale } from '../parts/scale.tsx';
import { Value } from '../parts/value.tsx';
import { useWords } from '../parts/words.ts';
import { useMay } from '../session/may.ts';
import { isOpen } from './commands.tsx';
import { Equipment } from './equipment.tsx';
import type { Select } from './scheme.tsx';
import { WishDialog } from './wish-dialog.tsx';

function traceClass(setpoint: DecidedSetpoint, entry: TraceEntry): string {
  if (entry.binding) return 'binding';
  return entry.overridden && !isApproached(setpoint, entry) ? 'overridden' : '';
}

function Trace({ setpoint }: { setpoint: DecidedSetpoint }) {
  const words = useWords();
  const { t } = words;
  return (
    <table className="trace">
      <caption>{t('circuit.trace')}</caption>
      <tbody>
        {setpoint.trace.map((entry, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- the order of the rules is their identity
          <tr key={index} className={traceClass(setpoint, entry)}>
            <td>{reasonText(entry.reason, setpoint.name, words)}</td>
            <td>
              {entry.binding ? t('circuit.binding') : ''}
              {isApproached(setpoint, entry) && t('circuit.approached')}
              {entry.overridden && !isApproached(setpoint, entry) && t('circuit.overridden')}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Scale wide enough for limits, setpoint and value. */
function scaleBounds({ range, value, set }: Quantity): [number, number] {
  const known = [range.min, range.max, value, set].filter((number) => number !== null);
  const low = Math.min(...known, Infinity);
  const high = Math.max(...known, -Infinity);
  if (low > high) return [0, 1];
  const margin = Math.max((high - low) * 0.05, 0.5);
  return [low - margin, high + margin];
}

interface LineProps {
  readonly view: StationView;
  readonly circuit: string;
  readonly name: SetpointName;
  readonly select: Select;
}

function QuantityLine({ view, circuit, name, select }: LineProps) {
  const words = useWords();
  const { t } = words;
  const [open, setOpen] = useState(false);
  const now = quantityNow(view, circuit, name);
  const { decided, range, set } = now;
  const [low, high] = scaleBounds(now);
  const target = set ?? decided?.value ?? null;
  const point = `circuits.${circuit}.${POINTS_OF[name].value}`;
  const differs = set !== null && typeof decided?.value === 'number' && Math.abs(decided.value - set) > 0.15;
  return (
    <div className="quantity">
      <div className="quantity-line">
        <button type="button" className="quantity-name" onClick={() => select(point)}>
          {t(`setpoint.${name}`)}
        </button>
        <Scale
          low={low}
          high={high}
          value={now.value}
          set={target}
          min={range.min ?? undefined}
          max={range.max ?? undefined}
        />
        <Value point={point} tuple={view.points[point]} every_s={view.every_s} />
        <span className="set-number" title={t('circuit.normal')}>
          {t('scheme.set')}{' '}
          {target === null ? '–' : formatNumber(target, unitOf(name).decimals, words.language)}
        </span>
      </div>
      {decided ? (
        <div className="reason-line">
          <span>
            {reasonLine(decided, words)}
            {differs && (
              <span className="quiet">
                {' '}
                · {t('circuit.stationHas', { value: quantity(set, name, words) })}
              </span>
            )}
          </span>
          <button type="button" className="link" aria-expanded={open} onClick={() => setOpen(!open)}>
            {t('circuit.why')}
          </button>
        </div>
      ) : (
        <div className="reason-line quiet">{t('station.noSetpoint')}</div>
      )}
      {open && decided && <Trace setpoint={decided} />}
    </div>
  );
}

interface CircuitProps {
  readonly view: StationView;
  readonly circuit: string;
  readonly select: Select;
  readonly commands: readonly CommandView[];
  readonly reload: () => void;
}

function Circuit({ view, circuit, select, commands, reload }: CircuitProps) {
  const words = useWords();
  const { t } = words;
  const may = useMay();
  const [wishing, setWishing] = useState(false);
  const names = new Set<SetpointName>([
    'supply_c',
    ...wishable(view, circuit),
    ...(view.setpoints[circuit] ?? []).map(({ name }) => name),
  ]);
  const blocked = blockedBy(view, circuit);
  const kind = view.circuits.find(({ id }) => id === circuit)?.kind;
  const follows = view.points[`circuits.${circuit}.follows`]?.[1];
  const wish = useFromTime((now) => commands.find((each) => each.circuit === circuit && isOpen(each, now)));
  const why = {
    observe: t('wish.notControlled'),
    mode: t('wish.notRemote', { mode: t(`mode.${view.mode}`) }),
    accepts: t('wish.notAccepted'),
  };
  return (
    <div className="circuit">
      <div className="circuit-head">
        <h3>
          <span className="circuit-id">{circuit}</span>
          {kind && <span className="quiet">{t(`circuitKind.${kind}`)}</span>}
        </h3>
        {typeof follows === 'string' && (
          <span className="quiet">{t('circuit.follows', { what: wordFor(t, `follows.${follows}`) })}</span>
        )}
        {may('command') && (
          <button
            type="button"
            className="button small"
            disabled={blocked !== null}
            title={blocked === null ? undefined : why[blocked]}
            onClick={() => setWishing(true)}
          >
            {t('circuit.change')}
          </button>
        )}
      </div>
      {[...names].map((name) => (
        <QuantityLine key={name} view={view} circuit={circuit} name={name} select={select} />
      ))}
      <Equipment view={view} circuit={circuit} commands={commands} select={select} reload={reload} />
      {wish && (
        <p className="wish-note">
          {t('circuit.wishUntil', { by: wish.by, time: formatTime(wish.ends_at, 'dateTime', words) })}
        </p>
      )}
      {blocked !== null && <p className="quiet">{why[blocked]}</p>}
      {wishing && <WishDialog view={view} circuit={circuit} close={() => setWishing(false)} sent={reload} />}
    </div>
  );
}

/** Air temperatures of sample flats, where the station reports any. */
function Rooms({ view, select }: Pick<CircuitProps, 'view' | 'select'>) {
  const { t } = useWords();
  const rooms = Object.keys(view.points).filter((point) => point.startsWith('rooms.'));
  if (rooms.length === 0) return null;
  return (
    <div className="circuit rooms">
      <h3>{t('station.rooms')}</h3>
      {rooms.map((point) => (
        <button key={point} type="button" className="quantity-name" onClick={() => select(point)}>
          <span className="circuit-id">{point.split('.')[1]}</span>{' '}
          <Value point={point} tuple={view.points[point]} every_s={view.every_s} />
        </button>
      ))}
    </div>
  );
}

export function Setpoints(props: Omit<CircuitProps, 'circuit'>) {
  const { t } = useWords();
  const circuits = circuitsOf(props.view);
  return (
    <section className="panel setpoints">
      <h2>{t('station.setpoints')}</h2>
      {circuits.length === 0 && props.view.kind === 'station' && (
        <p className="quiet">{t('station.noCircuits')}</p>
      )}
      {props.view.kind === 'source' && (
        <p className="quiet">
          {t('sourceScheme.noSetpoints')} <Link href="/network/source">{t('sourceScheme.toNetwork')}</Link>
        </p>
      )}
      {circuits.map((circuit) => (
        <Circuit key={circuit} {...props} circuit={circuit} />
      ))}
      <Rooms view={props.view} select={props.select} />
    </section>
  );
}
