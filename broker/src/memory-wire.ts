/** A socket that is none: what a client would send is put in, what comes out is counted. */
import { EventEmitter } from 'node:events';
import type { Wire } from './wire.ts';

export class MemoryWire extends EventEmitter implements Wire {
  readonly remoteAddress = '127.0.0.1';
  readonly writableLength = 0;
  readonly writableNeedDrain = false;
  destroyed = false;
  bytesWritten = 0;
  /** Return code of the CONNACK, once there is one. */
  connack: number | undefined;
  #paused = false;
  #unread: Buffer[] = [];

  put(chunk: Buffer): void {
    if (this.destroyed) return;
    if (this.#paused) this.#unread.push(chunk);
    else this.emit('data', chunk);
  }

  /** The client is gone, without a word or in order. */
  leave(abruptly: boolean): void {
    if (this.destroyed) return;
    this.emit(abruptly ? 'error' : 'end');
    this.destroy();
  }

  write(bytes: Buffer): boolean {
    this.bytesWritten += bytes.length;
    if (this.connack === undefined && bytes[0] === 0x20) this.connack = bytes[3];
    return true;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    while (!this.#paused && !this.destroyed) {
      const chunk = this.#unread.shift();
      if (!chunk) return;
      this.emit('data', chunk);
    }
  }

  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.#unread = [];
    setImmediate(() => this.emit('close'));
  }

  destroySoon(): void {
    this.destroy();
  }
}
