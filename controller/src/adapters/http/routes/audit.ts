/** The audit log, to read. */
import type { AuditQuery } from '../../../audit/port.ts';
import { stationOf, type RouteParts } from '../parts.ts';
import { route, type App } from '../table.ts';

export function auditRoutes(app: App, parts: RouteParts): void {
  const { audit } = parts;

  async function page(query: AuditQuery) {
    const { entries, next } = await audit.list(query);
    return { entries: [...entries], ...(next === undefined ? {} : { next }) };
  }

  app.route({
    ...route('listAudit'),
    handler: async (request) => {
      const { station, subject = station, ...query } = request.query;
      return page({ ...query, subject });
    },
  });

  app.route({
    ...route('stationAudit'),
    handler: async (request) => {
      const { id } = stationOf(parts, request.params.id).config;
      return page({ ...request.query, subject: id });
    },
  });
}
