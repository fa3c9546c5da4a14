/** History in InfluxDB 2 through its official client; the cursor lies in a file of its own. */
import { InfluxDB } from '@influxdata/influxdb-client';
import type { History, HistoryBatch, WriteOutcome } from '../../../ports.ts';
import { Marks } from '../marks.ts';
import { groupTelemetry, setpointRows } from '../rows.ts';
import { InfluxCursor } from './cursor.ts';
import { linesOf, setpointLine } from './lines.ts';
import type { Source } from './flux.ts';
import { countStation, newestTimes, querySetpoints } from './read.ts';
import { querySeries } from './series.ts';
import { sendLines, troubleOf, type SendTarget } from './send.ts';

export interface InfluxOptions {
  readonly url: string;
  readonly token: string;
  readonly org: string;
  readonly bucket: string;
  /** SQLite file that holds the journal's cursor and the lines that were refused. */
  readonly cursorFile: string;
}

const TIMEOUT_MS = 30_000;

class InfluxStore implements History {
  readonly source = 'influx';
  readonly #target: SendTarget;
  readonly #reading: Source;
  readonly #cursor: InfluxCursor;
  readonly #marks = new Marks();

  constructor({ url, token, org, bucket, cursorFile }: InfluxOptions) {
    const client = new InfluxDB({ url, token, timeout: TIMEOUT_MS });
    this.#target = { client, org, bucket };
    this.#reading = { api: client.getQueryApi(org), bucket };
    this.#cursor = new InfluxCursor(cursorFile, `${url} ${org} ${bucket}`);
  }

  async write(batch: HistoryBatch): Promise<WriteOutcome> {
    const { groups, conflicts } = groupTelemetry(batch.telemetry);
    try {
      const { fresh, late } = await this.#marks.split(groups, (stations, since) =>
        this.#newest(stations, since),
      );
      const lines = [
        ...fresh.flatMap((group) => linesOf(group, false)),
        ...late.flatMap((group) => linesOf(group, true)),
        ...setpointRows(batch.decisions).map(setpointLine),
      ];
      const setAside = await sendLines(this.#target, lines);
      this.#cursor.save({ position: batch.cursor, live: batch.live }, setAside);
      this.#marks.stored(groups);
      return { conflicts, setAside };
    } catch (error) {
      // A part may be stored.
      this.#marks.clear();
      throw error;
    }
  }

  async cursor(): Promise<number> {
    return this.#cursor.load().position;
  }

  async liveCursor(): Promise<number | undefined> {
    return this.#cursor.load().live;
  }

  query: History['query'] = (query) => querySeries(this.#reading, query);
  setpoints: History['setpoints'] = (query) => querySetpoints(this.#reading, query);
  count: History['count'] = (station) => countStation(this.#reading, station);

  async close(): Promise<void> {
    this.#cursor.close();
  }

  async #newest(stations: readonly string[], since: number): Promise<Map<string, number>> {
    try {
      return await newestTimes(this.#reading, stations, since);
    } catch (error) {
      throw troubleOf(error);
    }
  }
}

/** A store in a bucket that exists. Nothing is sent before the first batch or question. */
export function openInflux(options: InfluxOptions): History {
  return new InfluxStore(options);
}
