/** The part of a socket that a connection uses. */
export interface Wire {
  readonly remoteAddress?: string | undefined;
  readonly destroyed: boolean;
  /** Bytes written, those included that have not left yet. */
  readonly bytesWritten: number;
  /** Bytes that have not left yet. */
  readonly writableLength: number;
  readonly writableNeedDrain: boolean;
  on(event: 'data', listener: (chunk: Buffer) => void): unknown;
  on(event: 'end' | 'error' | 'close' | 'drain', listener: () => void): unknown;
  off(event: 'data', listener: (chunk: Buffer) => void): unknown;
  off(event: 'end' | 'error' | 'close', listener: () => void): unknown;
  once(event: 'close', listener: () => void): unknown;
  write(bytes: Buffer): boolean;
  pause(): unknown;
  resume(): unknown;
  destroy(): unknown;
  /** Sends what was written, then closes. */
  destroySoon(): void;
}
