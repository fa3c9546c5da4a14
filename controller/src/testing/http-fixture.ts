/** The HTTP side on fakes, with a registry in memory and tokens that tests know. */
import { stationRegistration } from '@heat-center/api/stations.ts';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { openAuditLog } from '../audit/log.ts';
import { openTrail } from '../audit/trail.ts';
import { createHttp, type Http, type HttpOptions } from '../adapters/http/app.ts';
import { openRegistry, type RegistryFile } from '../adapters/registry/registry.ts';
import { registerStation } from '../adapters/registry/registration.ts';
import type { AuditTrail } from '../audit/port.ts';
import { FakeCenter, NOW } from './fake-center.ts';
import { FakeHistory } from './fake-history.ts';

export const ADMIN = 'admin-token-of-the-tests';
export const CLI = 'cli-token-of-the-tests';
export const asAdmin = { authorization: `Bearer ${ADMIN}` } as const;

export const STATION = {
  id: 'dongshan-3',
  name: { en: 'Dongshan 3', zh: '东山三号' },
  place: { lat: 37.86, lon: 113.57 },
  heated_area_m2: 35_000,
  control: 'on',
  circuits: [
    {
      id: 'low',
      kind: 'radiators',
      accepts: ['supply_c', 'flow_m3_h'],
      design: { supply_c: 75, return_c: 50, outdoor_c: -10.1, room_c: 18 },
      limits: { supply_min_c: 30, supply_max_c: 85 },
    },
  ],
} as const;

const NO_WEATHER = {
  provider: 'none',
  state: 'off',
  taken_at: null,
  checked_at: null,
  next_at: null,
  trouble: null,
  attribution: null,
} as const;

/** What the desk of the tests hands out. */
const NO_FILES = {
  id: '6b0e6c1e-0f4d-4c6f-9d1c-0a3f3a1f2c5d',
  at: NOW,
  epoch: 7,
  version: '0.1.0',
  journal: { from: 0, to: 0 },
  files: [],
};

export interface Fixture extends Http {
  readonly center: FakeCenter;
  readonly history: FakeHistory;
  readonly registry: RegistryFile;
  readonly audit: AuditTrail;
  /** A request as the administrator's token. */
  ask(options: InjectOptions): Promise<LightMyRequestResponse>;
}

export async function httpFixture(
  options: Partial<HttpOptions> = {},
  registry: RegistryFile = openRegistry(':memory:'),
): Promise<Fixture> {
  const center = new FakeCenter();
  const history = new FakeHistory();
  const auditDir = await mkdtemp(join(tmpdir(), 'heat-audit-'));
  const audit = await openTrail({
    dir: auditDir,
    log: await openAuditLog({ dir: auditDir, anchor: undefined }),
    source: registry,
    now: () => center.now,
  });
  const http = await createHttp({
    registry,
    audit,
    people: registry.people,
    backup: { begin: async () => NO_FILES, end: async (id) => id === NO_FILES.id },
    gate: center.gate,
    readModel: center.readModel,
    history,
    weather: { status: () => NO_WEATHER },
    log: pino({ level: 'silent' }),
    figures: () => ({ journal_bytes: 4096 }),
    options: {
      host: '127.0.0.1',
      adminToken: ADMIN,
      cliToken: CLI,
      dashboardDist: '/nonexistent/dashboard',
      name: 'Heat Center',
      zone: 'Asia/Shanghai',
      version: '0.1.0',
      scrypt: { ln: 4, r: 1, p: 1 },
      ...options,
    },
  });
  return {
    ...http,
    center,
    history,
    registry,
    audit,
    ask: (request) => http.app.inject({ ...request, headers: { ...asAdmin, ...request.headers } }),
    async close() {
      await http.close();
      await audit.close();
      await rm(auditDir, { recursive: true });
      registry.close();
    },
  };
}

/** Registers the station of the tests straight in the registry. */
export function addStation(fixture: Fixture, change: Readonly<Record<string, unknown>> = {}): string {
  const record = registerStation(stationRegistration.parse({ ...STATION, ...change }));
  fixture.registry.addStation(record, { by: 'test', at: fixture.center.now });
  return record.config.id;
}
