/** What every history store must do; run by the tests of both adapters. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { History, HistoryDecision, Series } from '../../ports.ts';
import { reductionSuite } from './reduction-suite.ts';
import { batchOf, eventually, samplesOf, T0 } from './suite-samples.ts';

/** How a station's sample is described in the store, read past the port. */
export interface StoredDescription {
  readonly historical: boolean;
  readonly simulated: boolean;
  readonly seq: number | null;
  readonly boot: string | null;
}

/** One store of its own for a test. */
export interface Subject {
  readonly history: History;
  describe(station: string, at: number): Promise<StoredDescription | undefined>;
  /** Closes and opens the same store anew. */
  reopen(): Promise<Subject>;
  /** Closes and removes it. */
  end(): Promise<void>;
}

export interface SubjectFactory {
  readonly name: string;
  make(): Promise<Subject>;
}

export async function seriesOf(
  history: History,
  points: readonly string[],
  expected: number,
): Promise<Series[]> {
  const query = { station: 's1', points, from: T0 - 1e9, to: T0 + 1e9, maxPoints: 1000 };
  return eventually(
    () => history.query(query),
    (series) => series.reduce((sum, { total }) => sum + total, 0) >= expected,
  );
}

const decision = (station: string, at: number, value: number | undefined): HistoryDecision => ({
  station,
  decision: {
    circuit: 'low',
    at,
    decisions: [
      {
        name: 'supply_c',
        value,
        wanted: 57.6,
        reason: { code: 'return_limit', params: { max: 55.2, return_c: 48, limit_c: 47 } },
        trace: [
          {
            reason: { code: 'weather_curve', params: { outdoor_c: 0, value: 57.6 } },
            binding: false,
            overridden: false,
          },
        ],
      },
    ],
  },
});

const WHOLE = {
  at: T0,
  boot: 'b1',
  seq: 7,
  primary: { supply_c: 98.4, flow_m3_h: 0, power_kw: null },
  outdoor_c: -3.1,
  circuits: { low: { supply_c: 55.1, follows: 'curve', pumps: { a: { running: true, pct: 78 } } } },
  rooms: { '5-2-301': { air_c: 19.4 } },
  quality: { 'primary.supply_c': 'uncertain' },
};

/** Registers the suite for one adapter. */
export function historySuite(factory: SubjectFactory): void {
  describe(`history: ${factory.name}`, () => {
    let subject: Subject;
    beforeEach(async () => {
      subject = await factory.make();
    });
    afterEach(() => subject.end());

    it('gives back stations, circuits, pumps and rooms with value, quality and code', async () => {
      await subject.history.write(batchOf(samplesOf('s1', WHOLE)));
      const points = [
        'primary.supply_c',
        'outdoor_c',
        'circuits.low.supply_c',
        'circuits.low.follows',
        'circuits.low.pumps.a.running',
        'circuits.low.pumps.a.pct',
        'rooms.5-2-301.air_c',
      ];
      const series = await seriesOf(subject.history, points, 7);
      expect(series).toEqual([
        { point: 'primary.supply_c', total: 1, points: [[T0, 98.4, 'uncertain']] },
        { point: 'outdoor_c', total: 1, points: [[T0, -3.1, 'good']] },
        { point: 'circuits.low.supply_c', total: 1, points: [[T0, 55.1, 'good']] },
        { point: 'circuits.low.follows', total: 1, points: [[T0, 1, 'good']] },
        { point: 'circuits.low.pumps.a.running', total: 1, points: [[T0, 1, 'good']] },
        { point: 'circuits.low.pumps.a.pct', total: 1, points: [[T0, 78, 'good']] },
        { point: 'rooms.5-2-301.air_c', total: 1, points: [[T0, 19.4, 'good']] },
      ]);
    });

    it('tells absent, failed, zero and out of range apart', async () => {
      await subject.history.write(
        batchOf(samplesOf('s1', { ...WHOLE, primary: { flow_m3_h: 0, power_kw: null, return_c: 900 } })),
      );
      const points = [
        'primary.supply_c',
        'primary.power_kw',
        'primary.flow_m3_h',
        'primary.return_c',
        'typo',
      ];
      expect(await seriesOf(subject.history, points, 3)).toEqual([
        { point: 'primary.supply_c', total: 0, points: [] },
        { point: 'primary.power_kw', total: 1, points: [[T0, null, 'bad']] },
        { point: 'primary.flow_m3_h', total: 1, points: [[T0, 0, 'good']] },
        { point: 'primary.return_c', total: 1, points: [[T0, 900, 'bad']] },
        { point: 'typo', total: 0, points: [] },
      ]);
    });

    it('gives other stations and unknown parts nothing', async () => {
      await subject.history.write(batchOf(samplesOf('s2', WHOLE)));
      expect(await seriesOf(subject.history, ['outdoor_c', 'circuits.high.supply_c'], 0)).toEqual([
        { point: 'outdoor_c', total: 0, points: [] },
        { point: 'circuits.high.supply_c', total: 0, points: [] },
      ]);
      expect(await subject.history.count('s1')).toEqual({ samples: 0, readings: 0, from: null, to: null });
    });

    it('keeps what describes a sample: historical, simulated, seq and boot', async () => {
      await subject.history.write(
        batchOf([
          ...samplesOf('s1', { ...WHOLE, historical: true }),
          ...samplesOf('s1', { at: T0 + 1000, outdoor_c: 1, simulated: true }),
        ]),
      );
      const ask = (at: number) =>
        eventually(
          () => subject.describe('s1', at),
          (found) => found !== undefined,
        );
      expect(await ask(T0)).toEqual({ historical: true, simulated: false, seq: 7, boot: 'b1' });
      expect(await ask(T0 + 1000)).toEqual({ historical: false, simulated: true, seq: null, boot: null });
    });

    it('changes nothing when the same span is written again, also after a restart', async () => {
      const batch = batchOf([
        ...samplesOf('s1', WHOLE),
        ...samplesOf('s1', { ...WHOLE, at: T0 + 60_000, seq: 8 }),
      ]);
      await subject.history.write(batch);
      const count = () =>
        eventually(
          () => subject.history.count('s1'),
          ({ readings }) => readings >= 18,
        );
      const before = await count();
      expect(before).toEqual({ samples: 2, readings: 18, from: T0, to: T0 + 60_000 });
      const again = await subject.history.write(batch);
      expect([...again.conflicts]).toEqual([]);
      expect(await count()).toEqual(before);
      subject = await subject.reopen();
      await subject.history.write(batch);
      expect(await count()).toEqual(before);
      expect((await seriesOf(subject.history, ['outdoor_c'], 2))[0]?.total).toBe(2);
    });

    it('lets the last present value win, point by point', async () => {
      await subject.history.write(batchOf(samplesOf('s1', WHOLE)));
      const later = { at: T0, primary: { supply_c: 90, return_c: 51 }, circuits: { low: { return_c: 44 } } };
      await subject.history.write(batchOf(samplesOf('s1', later), 2));
      const points = [
        'primary.supply_c',
        'primary.return_c',
        'outdoor_c',
        'circuits.low.supply_c',
        'circuits.low.return_c',
      ];
      const series = await eventually(
        () => seriesOf(subject.history, points, 5),
        ([supply]) => supply?.points[0]?.[2] === 'good',
      );
      expect(series.map(({ points: [tuple] }) => tuple)).toEqual([
        [T0, 90, 'good'],
        [T0, 51, 'good'],
        [T0, -3.1, 'good'],
        [T0, 55.1, 'good'],
        [T0, 44, 'good'],
      ]);
    });

    it('replaces a value by a failed sensor and a failed sensor by a value, and counts each once', async () => {
      const { history } = subject;
      await history.write(batchOf(samplesOf('s1', { at: T0, outdoor_c: 5, tank_pct: null })));
      await history.write(batchOf(samplesOf('s1', { at: T0, outdoor_c: null, tank_pct: 70 }), 2));
      const series = await eventually(
        () => seriesOf(history, ['outdoor_c', 'tank_pct'], 2),
        ([outdoor, tank]) => outdoor?.points[0]?.[1] === null && tank?.points[0]?.[1] === 70,
      );
      expect(series.map(({ points }) => points)).toEqual([[[T0, null, 'bad']], [[T0, 70, 'good']]]);
      expect(await history.count('s1')).toEqual({ samples: 1, readings: 2, from: T0, to: T0 });
    });

    it('merges duplicates within a batch and counts their conflicts', async () => {
      const outcome = await subject.history.write(
        batchOf([
          ...samplesOf('s1', { at: T0, outdoor_c: 1, tank_pct: 50 }),
          ...samplesOf('s1', { at: T0, outdoor_c: 2, primary: { supply_c: 80 } }),
        ]),
      );
      expect([...outcome.conflicts]).toEqual([['s1', 1]]);
      const series = await seriesOf(subject.history, ['outdoor_c', 'tank_pct', 'primary.supply_c'], 3);
      expect(series.map(({ points: [tuple] }) => tuple?.[1])).toEqual([2, 50, 80]);
    });

    it('takes samples in any order of time', async () => {
      const times = [5, 1, 9, 3, 7].map((minute) => T0 + minute * 60_000);
      for (const [index, at] of times.entries()) {
        await subject.history.write(batchOf(samplesOf('s1', { at, outdoor_c: index }), index));
      }
      const [series] = await seriesOf(subject.history, ['outdoor_c'], 5);
      expect(series?.points.map(([at]) => at)).toEqual(times.toSorted((a, b) => a - b));
    });

    it('takes the span with its start and without its end', async () => {
      await subject.history.write(
        batchOf(
          [0, 1, 2].flatMap((second) => samplesOf('s1', { at: T0 + second * 1000, outdoor_c: second })),
        ),
      );
      await seriesOf(subject.history, ['outdoor_c'], 3);
      const span = { station: 's1', points: ['outdoor_c'], from: T0, to: T0 + 2000, maxPoints: 10 };
      expect((await subject.history.query(span))[0]?.points.map(([at]) => at)).toEqual([T0, T0 + 1000]);
    });

    it('keeps setpoints with value, wanted, reason and trace; the newest within the limit', async () => {
      const decisions = [0, 1, 2].map((minute) =>
        decision('s1', T0 + minute * 60_000, minute === 1 ? undefined : 55),
      );
      await subject.history.write(batchOf([], 1, [...decisions, decision('s2', T0, 40)]));
      await subject.history.write(batchOf([], 1, decisions));
      const span = { station: 's1', from: T0, to: T0 + 1e6 };
      const all = await eventually(
        () => subject.history.setpoints({ ...span, limit: 10 }),
        ({ length }) => length >= 3,
      );
      expect(all.map(({ at, value }) => [at, value])).toEqual([
        [T0, 55],
        [T0 + 60_000, null],
        [T0 + 120_000, 55],
      ]);
      expect(all[0]).toMatchObject({
        circuit: 'low',
        name: 'supply_c',
        wanted: 57.6,
        reason: 'return_limit',
      });
      expect(JSON.parse(all[0]?.trace ?? '')).toMatchObject([{ reason: { code: 'weather_curve' } }]);
      const newest = await subject.history.setpoints({ ...span, limit: 1 });
      expect(newest.map(({ at }) => at)).toEqual([T0 + 120_000]);
    });

    it('starts at 0 and remembers its cursor over a restart', async () => {
      expect(await subject.history.cursor()).toBe(0);
      await subject.history.write(batchOf(samplesOf('s1', WHOLE), 4711));
      expect(await subject.history.cursor()).toBe(4711);
      subject = await subject.reopen();
      expect(await subject.history.cursor()).toBe(4711);
    });

    reductionSuite(() => subject.history);
  });
}
