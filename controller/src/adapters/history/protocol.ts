/** What the main thread and the history worker say to each other. */
import type { HistoryPins } from '../../backup/port.ts';
import type { HistoryLag, HistoryReader } from '../../ports.ts';

export interface HistoryWorkerData {
  readonly journalDir: string;
  /** The embedded store; beside InfluxDB a file of its own next to it is used, so that this one stays whole. */
  readonly file: string;
  readonly influx: InfluxTarget | undefined;
  /** DuckDB's memory limit, MB. */
  readonly memoryMb: number;
}

export interface InfluxTarget {
  readonly url: string;
  readonly token: string;
  readonly org: string;
  readonly bucket: string;
}

/** The questions that the worker answers, as the port names them. */
type Question = 'query' | 'setpoints' | 'count' | 'pin' | 'unpin';
type Answers = HistoryReader & HistoryPins;
export type Answer<Q extends Question> = Awaited<ReturnType<Answers[Q]>>;

export type Asked = {
  [Q in Question]: { readonly question: Q; readonly argument: Parameters<Answers[Q]>[0] };
}[Question];

export type Answered = {
  [Q in Question]: { readonly question: Q; readonly answer: Answer<Q> };
}[Question];

export type ToWorker =
  | { readonly type: 'durable'; readonly position: number }
  | ({ readonly type: 'ask'; readonly id: number } & Asked)
  | { readonly type: 'close' };

export type FromWorker =
  | ({ readonly type: 'answer'; readonly id: number } & Answered)
  | { readonly type: 'refusal'; readonly id: number; readonly message: string }
  | { readonly type: 'lag'; readonly lag: HistoryLag }
  | { readonly type: 'conflicts'; readonly station: string; readonly conflicts: number }
  | {
      readonly type: 'log';
      readonly level: 'info' | 'warn' | 'error';
      readonly fields: Readonly<Record<string, unknown>>;
      readonly message: string;
    };
