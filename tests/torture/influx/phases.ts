/** Ways in which an InfluxDB is away or refuses. */
import type { InfluxProxy } from '../../support/influx-proxy.ts';

export interface Phase {
  readonly name: string;
  begin(proxy: InfluxProxy): void | Promise<void>;
  end(proxy: InfluxProxy): void | Promise<void>;
}

const answering = (name: string, status: number, headers: Record<string, string> = {}): Phase => ({
  name,
  begin: (proxy) => void (proxy.fault = { status, headers }),
  end: (proxy) => void (proxy.fault = undefined),
});

export const DOWN: Phase = {
  name: 'down',
  begin: (proxy) => proxy.goAway(),
  end: (proxy) => proxy.comeBack(),
};
export const BUSY = answering('503', 503, { 'retry-after': '2' });
const HANGING: Phase = {
  name: 'hanging',
  begin: (proxy) => void (proxy.fault = 'hang'),
  end: (proxy) => void (proxy.fault = undefined),
};
export const PHASES: readonly Phase[] = [
  DOWN,
  HANGING,
  BUSY,
  answering('429', 429, { 'retry-after': '5' }),
  answering('token revoked', 401),
];
