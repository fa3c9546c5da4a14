/** One station in the overview. Draws again only when its own station changed. */
import type { StationView } from '@heat-center/api/stations.ts';
import { memo } from 'react';
import { Link, useLocation } from 'wouter';
import { useFromTime, useStation } from '../feed/context.tsx';
import { formatDifference, formatNumber } from '../format/number.ts';
import { nameIn } from '../format/point.ts';
import { worst } from '../model/order.ts';
import { Age } from '../parts/age.tsx';
import { AlarmMark, ModeBox, SimulatedTag, StateMark } from '../parts/marks.tsx';
import { reasonLine } from '../parts/reason-text.ts';
import { DeviationScale } from '../parts/scale.tsx';
import { useWorth, Value } from '../parts/value.tsx';
import { useWords } from '../parts/words.ts';
import { useRecent } from './recent.ts';
import type { RecentStore } from './recent.ts';
import { Sparkline } from './sparkline.tsx';

function Deviation({ view }: { view: StationView }) {
  const { language } = useWords();
  const circuit = worst(view);
  const deviation_k = circuit?.deviation_k ?? null;
  const several = view.circuits.length > 1;
  const point = `circuits.${circuit?.circuit ?? ''}.supply_c`;
  const worth = useWorth({ point, tuple: circuit?.supply, every_s: view.every_s });
  return (
    <span className="cell deviation" role="cell">
      <DeviationScale deviation_k={deviation_k} />
      <span className={`value ${worth}`}>
        <span className="digits">
          {deviation_k === null ? '–' : formatDifference(deviation_k, 1, language)}
        </span>
        {deviation_k !== null && <span className="unit">K</span>}
      </span>
      {several && circuit && <span className="quiet circuit-id">{circuit.circuit}</span>}
    </span>
  );
}

function Measured({ view, point, className }: { view: StationView; point: string; className: string }) {
  return (
    <span className={`cell ${className}`} role="cell">
      <Value point={point} tuple={view.points[point]} every_s={view.every_s} />
    </span>
  );
}

function Supply({ view }: { view: StationView }) {
  const { t, language } = useWords();
  const circuit = worst(view);
  const set_c = circuit?.set_c ?? null;
  const point = `circuits.${circuit?.circuit ?? ''}.supply_c`;
  return (
    <>
      <span className="cell supply" role="cell">
        <Value point={point} tuple={circuit?.supply} every_s={view.every_s} />
        {set_c !== null && (
          <span className="set">
            {t('overview.setpointShort', { value: formatNumber(set_c, 1, language) })}
          </span>
        )}
      </span>
      <span className="cell return" role="cell">
        <Value
          point={`circuits.${circuit?.circuit ?? ''}.return_c`}
          tuple={circuit?.back}
          every_s={view.every_s}
        />
      </span>
    </>
  );
}

function Primary({ view }: { view: StationView }) {
  const { points, every_s } = view;
  return (
    <span className="cell primary" role="cell">
      <Value point="primary.supply_c" tuple={points['primary.supply_c']} every_s={every_s} unit={false} />
      <span className="quiet">/</span>
      <Value point="primary.return_c" tuple={points['primary.return_c']} every_s={every_s} />
    </span>
  );
}

function Why({ view }: { view: StationView }) {
  const words = useWords();
  const circuit = worst(view)?.circuit;
  const setpoint =
    circuit === undefined ? undefined : view.setpoints[circuit]?.find(({ name }) => name === 'supply_c');
  const text = setpoint ? reasonLine(setpoint, words) : '';
  return (
    <span className="cell reason" role="cell" title={text}>
      {view.faults.length > 0 && <b>{view.faults.join(', ')} </b>}
      {text}
    </span>
  );
}

function Trend({ view, recent }: { view: StationView; recent: RecentStore }) {
  const samples = useRecent(recent, view, worst(view)?.circuit);
  const to = useFromTime((now) => Math.ceil(now / 60_000) * 60_000);
  return (
    <span className="cell trend" role="cell">
      <Sparkline recent={samples} to={to} />
    </span>
  );
}

export interface RowProps {
  readonly id: string;
  readonly index: number;
  readonly top: number;
  readonly wide: boolean;
  readonly recent: RecentStore;
}

export const Row = memo(function Row({ id, index, top, wide, recent }: RowProps) {
  const { language } = useWords();
  const view = useStation(id);
  const [, navigate] = useLocation();
  if (!view) return null;
  const address = `/stations/${encodeURIComponent(id)}`;
  const [alarm] = view.alarms.toSorted((a, b) => a.priority - b.priority);
  return (
    <div
      className={`row ${view.state}`}
      role="row"
      aria-rowindex={index + 2}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => navigate(address)}
    >
      <span className="cell exception" role="cell">
        {alarm && <AlarmMark priority={alarm.priority} code={alarm.code} />}
        <StateMark state={view.state} />
      </span>
      <span className="cell name" role="rowheader">
        <Link href={address} data-index={index} onClick={(event) => event.stopPropagation()}>
          {nameIn(view.name, language, id)}
        </Link>
        <span className="area">{nameIn(view.area, language, '')}</span>
        <ModeBox mode={view.mode} />
        {view.simulated && <SimulatedTag />}
      </span>
      <Deviation view={view} />
      <span className="cell since" role="cell">
        <Age at={view.state_since} />
      </span>
      <Supply view={view} />
      {wide && <Trend view={view} recent={recent} />}
      <Primary view={view} />
      <Measured view={view} point="primary.flow_m3_h" className="flow" />
      <Measured view={view} point="primary.power_kw" className="power" />
      <Measured view={view} point="outdoor_c" className="outdoor" />
      <Why view={view} />
      <span className="cell data" role="cell">
        <Age at={view.heard_at} />
      </span>
    </div>
  );
});
