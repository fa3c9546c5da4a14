/** Figures for Prometheus. */
import { collectDefaultMetrics, Gauge, Registry as MetricRegistry } from 'prom-client';
import type { CenterGate } from '../../center-port.ts';
import type { HistoryReader } from '../../ports.ts';
import { watchEventLoop } from './event-loop.ts';
import type { Feed } from './feed/feed.ts';
import { route, type App } from './table.ts';

export interface MetricParts {
  readonly gate: CenterGate;
  readonly history: HistoryReader;
  readonly feed: Feed;
  readonly stations: () => number;
  /** Further figures by name, without the prefix (for example `journal_bytes`). */
  readonly figures: () => Readonly<Record<string, number>>;
}

const PREFIX = 'heat_center_';

function ownFigures({ gate, history, feed, stations, figures }: MetricParts): Record<string, number> {
  const lag = history.lag();
  return {
    ready: gate.readiness().ready ? 1 : 0,
    epoch: gate.epoch,
    epoch_conflicts: gate.epochConflicts().length,
    stations: stations(),
    feed_clients: feed.size,
    history_behind_seconds: lag.behind_s,
    history_behind_bytes: lag.bytes,
    history_in_trouble: lag.trouble === undefined ? 0 : 1,
    history_set_aside_lines: lag.set_aside ?? 0,
    ...figures(),
  };
}

export function metricRoutes(app: App, parts: MetricParts): void {
  const register = new MetricRegistry();
  collectDefaultMetrics({ register });
  const eventLoop = watchEventLoop();
  app.addHook('onClose', async () => eventLoop.close());
  const totals = new Gauge({
    name: `${PREFIX}messages`,
    help: 'Messages, samples and points since the start, by code',
    labelNames: ['code'],
    registers: [register],
  });
  const gauges = new Map<string, Gauge>();
  const gaugeOf = (name: string): Gauge => {
    const known = gauges.get(name);
    if (known) return known;
    const gauge = new Gauge({
      name: PREFIX + name,
      help: name.replaceAll('_', ' '),
      registers: [register],
    });
    gauges.set(name, gauge);
    return gauge;
  };
  app.route({
    ...route('metrics'),
    handler: async (_request, reply) => {
      totals.reset();
      for (const [code, count] of Object.entries(parts.gate.totals())) totals.set({ code }, count);
      for (const [name, value] of Object.entries({ ...ownFigures(parts), ...eventLoop.read() }))
        gaugeOf(name).set(value);
      return reply.type(register.contentType).send(await register.metrics());
    },
  });
}
