/** One station in the overview. Draws again only when its own station changed. */
import type { StationView } from '@heat-center/api/stations.ts';
import { memo } from 'react';
import { useFromTime, useStation } from '../feed/context.tsx';
import { freshFor } from '../format/point.ts';
import { worst } from '../model/order.ts';
import { Age } from '../parts/age.tsx';
import { valueText, worthOf } from '../parts/value.tsx';
import type { Worth } from '../parts/value.tsx';
import { useWords } from '../parts/words.ts';
import { DeviationCell, ExceptionCell, NameCell, Reading, SetShort, WhyCell } from './cells.tsx';
import { useRecent } from './recent.ts';
import type { RecentStore } from './recent.ts';
import { Sparkline } from './sparkline.tsx';

/** Points of a row, in this order. */
function pointsOf(view: StationView): readonly string[] {
  const circuit = worst(view)?.circuit ?? '';
  return [
    `circuits.${circuit}.supply_c`,
    `circuits.${circuit}.return_c`,
    'primary.supply_c',
    'primary.return_c',
    'primary.flow_m3_h',
    'primary.power_kw',
    'outdoor_c',
  ];
}

/** What the row's values are worth now, as one text, so that time draws a row only when one of them turns old. */
const worths = (view: StationView | undefined, now: number): string =>
  view
    ? pointsOf(view)
        .map((point) => worthOf(view.points[point], now, freshFor(point, view.every_s)))
        .join()
    : '';

function useReadings(view: StationView | undefined) {
  const words = useWords();
  const joined = useFromTime((now) => worths(view, now));
  if (!view) return [];
  const each = joined.split(',');
  return pointsOf(view).map((point, place) => ({
    point,
    text: valueText(point, view.points[point], words),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- joined from worths above
    worth: (each[place] ?? 'missing') as Worth,
  }));
}

const tenth = (value: number | null): number | null => (value === null ? null : Math.round(value * 10) / 10);

/** The supply setpoint that decides about the row's circuit. */
const setpointOf = (view: StationView, circuit: string) =>
  view.setpoints[circuit]?.find(({ name }) => name === 'supply_c');

function Trend({ view, recent }: { view: StationView; recent: RecentStore }) {
  const samples = useRecent(recent, view.id, worst(view)?.circuit);
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
  /** Where Tab enters the table. */
  readonly stop: boolean;
  readonly wide: boolean;
  readonly recent: RecentStore;
}

export const Row = memo(function Row({ id, index, top, stop, wide, recent }: RowProps) {
  const view = useStation(id);
  const [supply, back, primary, primaryBack, flow, power, outdoor] = useReadings(view);
  if (!view || !supply || !back || !primary || !primaryBack || !flow || !power || !outdoor) return null;
  const circuit = worst(view);
  const set_c = tenth(circuit?.set_c ?? null);
  const { name, area, mode, simulated } = view;
  return (
    <div className="row" role="row" aria-rowindex={index + 2} data-id={id} style={{ top }}>
      <ExceptionCell alarms={view.alarms} state={view.state} />
      <NameCell {...{ id, name, area, mode, simulated, index, stop }} />
      <DeviationCell
        deviation_k={tenth(circuit?.deviation_k ?? null)}
        worth={supply.worth}
        circuit={view.circuits.length > 1 ? (circuit?.circuit ?? '') : ''}
      />
      <span className="cell since" role="cell">
        <Age at={view.state_since} />
      </span>
      <span className="cell supply" role="cell">
        <Reading {...supply} />
        {set_c !== null && <SetShort set_c={set_c} />}
      </span>
      <span className="cell return" role="cell">
        <Reading {...back} />
      </span>
      {wide && <Trend view={view} recent={recent} />}
      <span className="cell primary" role="cell">
        <Reading {...primary} unit={false} />
        <span className="quiet">/</span>
        <Reading {...primaryBack} />
      </span>
      <span className="cell flow" role="cell">
        <Reading {...flow} />
      </span>
      <span className="cell power" role="cell">
        <Reading {...power} />
      </span>
      <span className="cell outdoor" role="cell">
        <Reading {...outdoor} />
      </span>
      <WhyCell setpoint={setpointOf(view, circuit?.circuit ?? '')} faults={view.faults} />
      <span className="cell data" role="cell">
        <Age at={view.heard_at} />
      </span>
    </div>
  );
});
