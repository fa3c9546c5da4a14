/** Cells of the overview's rows: they take what they show, so that one draws again only when that changed. */
import type { StationView } from '@heat-center/api/stations.ts';
import { memo } from 'react';
import { formatDifference, formatNumber } from '../format/number.ts';
import { definitionOf, nameIn } from '../format/point.ts';
import { AlarmMark, ModeBox, SimulatedTag, StateMark } from '../parts/marks.tsx';
import { reasonLine } from '../parts/reason-text.ts';
import { DeviationScale } from '../parts/scale.tsx';
import type { Worth } from '../parts/value.tsx';
import { useWords } from '../parts/words.ts';

export interface ReadingProps {
  readonly point: string;
  readonly text: string;
  readonly worth: Worth;
  readonly unit?: boolean;
}

/** A measured value; its full title is made when somebody points at it. */
export const Reading = memo(function Reading({ point, text, worth, unit = true }: ReadingProps) {
  return (
    <span className={`value ${worth}`} data-point={point}>
      {worth.startsWith('uncertain') && <span className="tilde">~</span>}
      <span className="digits">{text}</span>
      {unit && worth !== 'missing' && <span className="unit">{definitionOf(point)?.unit}</span>}
    </span>
  );
});

type Alarm = StationView['alarms'][number];

export const ExceptionCell = memo(function ExceptionCell(props: {
  readonly alarms: readonly Alarm[];
  readonly state: StationView['state'];
}) {
  const [alarm] = props.alarms.toSorted((a, b) => a.priority - b.priority);
  return (
    <span className="cell exception" role="cell">
      {alarm && <AlarmMark priority={alarm.priority} code={alarm.code} />}
      <StateMark state={props.state} />
    </span>
  );
});

export const NameCell = memo(function NameCell(
  props: Pick<StationView, 'id' | 'name' | 'area' | 'mode' | 'simulated'> & {
    readonly index: number;
    /** Tab stops at one row of the table; the arrow keys go on from there. */
    readonly stop: boolean;
  },
) {
  const { language } = useWords();
  const { id, name, area, mode, simulated, index, stop } = props;
  return (
    <span className="cell name" role="rowheader">
      <a href={`/stations/${encodeURIComponent(id)}`} data-index={index} tabIndex={stop ? 0 : -1}>
        {nameIn(name, language, id)}
      </a>
      <span className="area">{nameIn(area, language, '')}</span>
      <ModeBox mode={mode} />
      {simulated && <SimulatedTag />}
    </span>
  );
});

export const DeviationCell = memo(function DeviationCell(props: {
  /** To a tenth of a kelvin. */
  readonly deviation_k: number | null;
  readonly worth: Worth;
  /** Empty where a station has but one. */
  readonly circuit: string;
}) {
  const { language } = useWords();
  const { deviation_k, worth, circuit } = props;
  return (
    <span className="cell deviation" role="cell">
      <DeviationScale deviation_k={deviation_k} />
      <span className={`value ${worth}`}>
        <span className="digits">
          {deviation_k === null ? '–' : formatDifference(deviation_k, 1, language)}
        </span>
        {deviation_k !== null && <span className="unit">K</span>}
      </span>
      {circuit !== '' && <span className="quiet circuit-id">{circuit}</span>}
    </span>
  );
});

export const SetShort = memo(function SetShort({ set_c }: { set_c: number }) {
  const { t, language } = useWords();
  return (
    <span className="set">
      {t('overview.setpointShort')} {formatNumber(set_c, 1, language)}
    </span>
  );
});

type Setpoint = StationView['setpoints'][string][number];

export const WhyCell = memo(function WhyCell(props: {
  readonly setpoint: Setpoint | undefined;
  readonly faults: readonly string[];
}) {
  const words = useWords();
  const text = props.setpoint ? reasonLine(props.setpoint, words) : '';
  return (
    <span className="cell reason" role="cell" title={text}>
      {props.faults.length > 0 && <b>{props.faults.join(', ')} </b>}
      {text}
    </span>
  );
});
