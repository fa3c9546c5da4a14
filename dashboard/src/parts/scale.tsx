/** A number on its scale: limits, setpoint as a tick, value as a mark. */

export interface ScaleProps {
  readonly low: number;
  readonly high: number;
  readonly value: number | null;
  readonly set?: number | null;
  /** Permitted band; the whole scale when absent. */
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

const place = (value: number, { low, high }: ScaleProps): number =>
  Math.min(100, Math.max(0, ((value - low) / (high - low || 1)) * 100));

export function Scale(props: ScaleProps) {
  const { value, set, min, max, low, high } = props;
  const left = place(min ?? low, props);
  const right = place(max ?? high, props);
  return (
    <svg className="scale" viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true">
      <line className="scale-line" x1="0" x2="100" y1="7" y2="7" />
      <rect className="scale-band" x={left} width={Math.max(0, right - left)} y="4" height="6" />
      {typeof set === 'number' && (
        <line className="scale-set" x1={place(set, props)} x2={place(set, props)} y1="0" y2="14" />
      )}
      {value !== null && (
        <line className="scale-value" x1={place(value, props)} x2={place(value, props)} y1="3" y2="11" />
      )}
    </svg>
  );
}

/** Half of the scale, K. */
const WIDEST_K = 10;

/** A deviation from the setpoint: a bar from the middle; ±2 K is the band in which nobody needs to act. */
export function DeviationScale({ deviation_k }: { deviation_k: number | null }) {
  const size = deviation_k === null ? 0 : Math.min(1, Math.abs(deviation_k) / WIDEST_K) * 50;
  const left = deviation_k !== null && deviation_k < 0 ? 50 - size : 50;
  return (
    <span className="deviation-scale" aria-hidden="true">
      {deviation_k !== null && (
        <i
          className={Math.abs(deviation_k) > 2 ? 'off' : undefined}
          style={{ left: `${left}%`, width: `${Math.max(size, 0.6)}%` }}
        />
      )}
    </span>
  );
}
