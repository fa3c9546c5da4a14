/** Which points the trend shows. */
import type { StationView } from '@heat-center/api/stations.ts';
import { Button, Checkbox, CheckboxGroup, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import { POINTS } from '@heat-center/contract/points.ts';
import { definitionOf, pointName } from '../format/point.ts';
import { circuitsOf } from '../model/deviation.ts';
import { useWords } from '../parts/words.ts';
import { MOST_POINTS } from './trend-choice.ts';
import type { TrendChoice } from './trend-choice.ts';

const RANK = new Map(POINTS.map(({ pattern }, index) => [pattern, index]));

const rankOf = (point: string): number => RANK.get(definitionOf(point)?.pattern ?? '') ?? 0;

/** Points of the catalogue: the station's own first, then circuit by circuit, in the catalogue's order. */
export function sortedPoints(view: Pick<StationView, 'circuits' | 'points'>): string[] {
  const circuits = circuitsOf(view);
  const place = (point: string) => circuits.indexOf(point.split('.')[1] ?? '');
  return Object.keys(view.points)
    .filter((point) => definitionOf(point) !== undefined)
    .toSorted((a, b) => place(a) - place(b) || rankOf(a) - rankOf(b) || a.localeCompare(b));
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
            {sortedPoints(view).map((point) => (
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
