/** Load to come as a chart and as sums: of the network or of one station. */
import type { NetworkLoadForecast } from '@heat-center/api/learning.ts';
import { formatNumber } from '../format/number.ts';
import { formatTime } from '../format/time.ts';
import { loadLines, loadSum } from '../model/load.ts';
import { useWords } from '../parts/words.ts';
import { Course } from './course.tsx';
import { Fact } from './fact.tsx';

const PLOT_PX = 320;
const SPANS = [24, 48, 72];
const STYLES = { load: 2, high: 6, low: 6, outdoor: 0 } as const;

type Hours = Pick<NetworkLoadForecast, 'hours'>;

export function LoadChart({ hours }: Hours) {
  const { t } = useWords();
  const [first, last] = [hours[0], hours.at(-1)];
  if (!first || !last) return null;
  const lines = loadLines(hours).map(({ key, series }) => ({
    key,
    name: t(`forecast.line.${key}`),
    series,
    style: STYLES[key],
    step: false,
    faint: key === 'high' || key === 'low',
  }));
  return <Course lines={lines} from={first.at - 3_600_000} to={last.at} plot_px={PLOT_PX} />;
}

/** Heat and highest hour of the next 24, 48 and 72 h, as far as the forecast reaches. */
export function LoadSums({ hours }: Hours) {
  const words = useWords();
  const { t, language } = words;
  return SPANS.map((span) => {
    const sum = loadSum(hours, span);
    if (!sum) return null;
    return (
      <Fact key={span} name={t('forecast.next', { hours: span })}>
        {formatNumber(sum.kwh / 1000, 1, language)} MWh{' '}
        <span className="quiet">
          {t('forecast.peak', {
            kw: `${formatNumber(sum.peak_kw, 0, language)} kW`,
            time: formatTime(sum.peak_at, 'dateTime', words),
          })}
        </span>
      </Fact>
    );
  });
}
