/** What the routes work with. */
import { HeatError } from '@heat-center/contract/errors.ts';
import type { FastifyRequest } from 'fastify';
import type { AuditTrail } from '../../audit/port.ts';
import type { BackupDesk } from '../../backup/port.ts';
import type { CenterGate, StationReadModel } from '../../center-port.ts';
import type { Actor, HistoryReader, Registry, StationRecord, WeatherSource } from '../../ports.ts';
import type { Accounts } from '../../access/accounts.ts';
import type { LoginLinks } from '../../access/links.ts';
import type { Sessions } from '../../access/sessions.ts';
import type { Throttle } from '../../access/throttle.ts';
import type { BearerTokens } from '../../access/tokens.ts';
import { callerOf } from './access.ts';
import type { Feed } from './feed/feed.ts';

import type { Views } from './views.ts';

export interface RouteParts {
  readonly registry: Registry;
  readonly audit: AuditTrail;
  readonly backup: BackupDesk;
  readonly gate: CenterGate;
  readonly readModel: StationReadModel;
  readonly history: HistoryReader;
  readonly weather: WeatherSource;
  readonly views: Views;
  readonly feed: Feed;
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly tokens: BearerTokens;
  readonly links: LoginLinks;
  /** Failures by address. */
  readonly throttle: Throttle;
  /** The address of the dashboard with a one-time token in it. */
  readonly linkOf: (token: string) => string;
  /** Whether the cookie may only travel encrypted. */
  readonly secureCookie: boolean;
}

/** Throws `not_found`. */
export function stationOf(parts: Pick<RouteParts, 'registry'>, id: string): StationRecord {
  const record = parts.registry.station(id);
  if (!record) throw new HeatError('not_found', `There is no station ${id}.`);
  return record;
}

/** Who makes a change, and when by the center's clock. */
export function actorOf(parts: Pick<RouteParts, 'gate'>, request: FastifyRequest): Actor {
  return { by: callerOf(request).name, at: parts.gate.now() };
}
