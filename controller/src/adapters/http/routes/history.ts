/** Questions to the past. */
import { HeatError } from '@heat-center/contract/errors.ts';
import { resolvePoint } from '@heat-center/contract/points.ts';
import type { HistorySeries } from '@heat-center/api/history.ts';
import type { HistoryReader, Series, StoredSetpoint } from '../../../ports.ts';
import { stationOf, type RouteParts } from '../parts.ts';
import { route, type App } from '../table.ts';

function requireSpan({ from, to }: { from: number; to: number }): void {
  if (!(from < to)) throw new HeatError('invalid_request', 'from must lie before to.');
}

/** The series in the order of the question; a point that the catalogue lacks has no unit and nothing stored. */
function answerOf(points: readonly string[], found: readonly Series[]): HistorySeries[] {
  const byPoint = new Map(found.map((series) => [series.point, series]));
  return points.map((point) => {
    const series = byPoint.get(point);
    return {
      point,
      unit: resolvePoint(point)?.definition.unit ?? '',
      total: series?.total ?? 0,
      points: series ? series.points.map(([at, value, quality]) => [at, value, quality]) : [],
    };
  });
}

/** Each decision is told anew at least so often (ms), with a margin for the cycle that does it. */
const TOLD_WITHIN_MS = 16 * 60_000;
/** Most decisions of a station in that time. */
const MOST_TOLD = 10_000;

/** The last decision of each setpoint before a moment; none where the center told nothing, because it did not run. */
async function inForceAt(history: HistoryReader, station: string, at: number): Promise<StoredSetpoint[]> {
  const span = { from: at - TOLD_WITHIN_MS, to: at + 1 };
  const last = new Map<string, StoredSetpoint>();
  for (const setpoint of await history.setpoints({ station, ...span, limit: MOST_TOLD })) {
    last.set(`${setpoint.circuit} ${setpoint.name}`, setpoint);
  }
  return [...last.values()];
}

export function historyRoutes(app: App, parts: RouteParts): void {
  const { history } = parts;

  app.route({
    ...route('history'),
    handler: async (request) => {
      const { points, from, to, max_points } = request.query;
      const station = stationOf(parts, request.params.id).config.id;
      requireSpan(request.query);
      const known = points.filter((point) => resolvePoint(point));
      const answer = await history.query({ station, points: known, from, to, maxPoints: max_points });
      return {
        series: answerOf(points, answer.series),
        source: answer.source,
        behind_s: history.lag().behind_s,
      };
    },
  });

  app.route({
    ...route('historyCount'),
    handler: async (request) => history.count(stationOf(parts, request.params.id).config.id),
  });

  app.route({
    ...route('setpointHistory'),
    handler: async (request) => {
      const { from = 0, to = 0, at, limit } = request.query;
      const station = stationOf(parts, request.params.id).config.id;
      if (at !== undefined) return { setpoints: await inForceAt(history, station, at) };
      requireSpan({ from, to });
      return { setpoints: await history.setpoints({ station, from, to, limit }) };
    },
  });
}
