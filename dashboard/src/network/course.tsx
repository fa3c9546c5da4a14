/** Lines over hours to come, in the one look that all charts have. */
import type { ShownSeries } from '../charts/series.ts';
import { useWidth } from '../parts/use-width.ts';
import { TrendPanels } from '../trends/panels.tsx';

const HOURLY = { default: 3600, meter: 3600 };

export interface CourseLine {
  readonly key: string;
  readonly name: string;
  readonly series: ShownSeries;
  readonly style: number;
  readonly step: boolean;
  /** Drawn thin, for bounds. */
  readonly faint?: boolean;
}

interface CourseProps {
  readonly lines: readonly CourseLine[];
  readonly from: number;
  readonly to: number;
  readonly plot_px: number;
}

export function Course({ lines, from, to, plot_px }: CourseProps) {
  const [box, width] = useWidth<HTMLDivElement>();
  return (
    <div ref={box} className="trend-box">
      {width > 0 && (
        <TrendPanels
          lines={lines.map(({ faint = false, ...line }) => ({ ...line, every_s: HOURLY, earlier: faint }))}
          from={from}
          to={to}
          width={width}
          plot_px={plot_px}
        />
      )}
    </div>
  );
}
