/** Which points the trend shows. */
import type { StationView } from '@heat-center/api/stations.ts';
import { Button, Checkbox, CheckboxGroup, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import { POINTS } from '@heat-center/contract/points.ts';
import { definitionOf, pointName } from '../format/point.ts';
import { useWords } from '../parts/words.ts';
import { MOST_POINTS } from './trend-choice.ts';
import type { TrendChoice } from './trend-choice.ts';

const RANK = new Map(POINTS.map(({ pattern }, index) => [pattern, index]));

/** A station's points by circuit, in the order of the catalogue. */
export function sortedPoints(points: Readonly<Record<string, unknown>>): string[] {
  const known = Object.keys(points).filter((point) => definitionOf(point) !== undefined);
  const rank = (point: string) => RANK.get(definitionOf(point)?.pattern ?? '') ?? 0;
  const part = (point: string) => (point.startsWith('circuits.') ? (point.split('.')[1] ?? '') : '');
  return known.toSorted((a, b) => part(a).localeCompare(part(b)) || rank(a) - rank(b) || a.localeCompare(b));
}

export function PointChooser({ view, choice }: { view: StationView; choice: TrendChoice }) {
  const { t, language } = useWords();
  const { points, span } = choice;
  return (
    <DialogTrigger>
      <Button className="button small">{t('trend.chosen', { count: points.length })}</Button>
      <Popover className="popover" placement="bottom start">
        <Dialog aria-label={t('trend.points')} className="point-chooser">
          <p className="quiet">{t('trend.most', { count: MOST_POINTS })}</p>
          <CheckboxGroup
            aria-label={t('trend.points')}
            value={[...points]}
            onChange={(next) => choice.choose(next, span)}
          >
            {sortedPoints(view.points).map((point) => (
              <Checkbox
                key={point}
                value={point}
                className="check"
                isDisabled={points.length >= MOST_POINTS && !points.includes(point)}
              >
                <span className="check-box" aria-hidden="true" />
                <span>{pointName(point, language)}</span>
                <span className="unit">{definitionOf(point)?.unit}</span>
              </Checkbox>
            ))}
          </CheckboxGroup>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
