/** A history that holds what a test puts into it, and remembers what it was asked. */
import type { HistoryLag, HistoryQuery, HistoryReader, Series, StoredSetpoint } from '../ports.ts';

export class FakeHistory implements HistoryReader {
  readonly queries: HistoryQuery[] = [];
  readonly series = new Map<string, Series>();
  readonly stored: StoredSetpoint[] = [];
  lagging: HistoryLag = { behind_s: 0, bytes: 0 };
  /** Thrown by the next query. */
  fails: Error | undefined;
  counts = 0;
  /** Counts are answered when this is over. */
  held: Promise<void> | undefined;

  async query(query: HistoryQuery): Promise<{ series: Series[]; source: 'embedded' | 'influx' }> {
    this.queries.push(query);
    if (this.fails) throw this.fails;
    return { series: query.points.flatMap((point) => this.series.get(point) ?? []), source: 'embedded' };
  }

  async setpoints(): Promise<StoredSetpoint[]> {
    return this.stored;
  }

  async count(): Promise<{ samples: number; readings: number; from: number | null; to: number | null }> {
    this.counts += 1;
    await this.held;
    return { samples: 2, readings: 9, from: 1_795_305_600_000, to: 1_795_305_660_000 };
  }

  lag(): HistoryLag {
    return this.lagging;
  }
}
