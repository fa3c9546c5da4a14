/** Why a store does not take what it is given. */

/** The store cannot write for now; nothing is lost, the journal holds it. */
export class StoreTrouble extends Error {
  override readonly name = 'StoreTrouble';
  /** How long to wait before the next attempt; undefined leaves it to the writer. */
  readonly retryAfter_ms: number | undefined;

  /** The message says what happened and what to do. */
  constructor(message: string, options: { retryAfter_ms?: number | undefined; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.retryAfter_ms = options.retryAfter_ms;
  }
}

/** The store is beyond use in this process and must be opened anew. */
export class StoreBroken extends Error {
  override readonly name = 'StoreBroken';
}
