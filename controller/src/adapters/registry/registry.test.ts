import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { stationChange, stationRegistration } from '@heat-center/api/stations.ts';
import { HeatError } from '@heat-center/contract/errors.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CredentialChange, StationRecord } from '../../ports.ts';
import { changedStation, registerStation } from './registration.ts';
import { openRegistry, type RegistryFile } from './registry.ts';
import { writeIdentities } from './secrets.ts';

const DESIGN = { supply_c: 75, return_c: 50, outdoor_c: -10.1, room_c: 18 };
const LIMITS = { supply_min_c: 30, supply_max_c: 85 };
const actor = { by: 'anna', at: 1_795_305_600_000 };

let dir: string;
let path: string;
let registry: RegistryFile;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'heat-registry-'));
  path = join(dir, 'registry.sqlite');
  registry = openRegistry(path);
});
afterEach(() => {
  registry.close();
  rmSync(dir, { recursive: true });
});

function reopen(): RegistryFile {
  registry.close();
  registry = openRegistry(path);
  return registry;
}

const station = (change: object = {}): StationRecord =>
  registerStation(
    stationRegistration.parse({
      id: 'dongshan-3',
      name: { zh: '东山三号' },
      area: { en: 'East' },
      place: { lat: 37.86, lon: 113.57 },
      control: 'on',
      circuits: [{ id: 'low', kind: 'radiators', design: DESIGN, limits: LIMITS }],
      primary_limits: { return_max_c: 50 },
      ...change,
    }),
  );

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof HeatError ? error.code : String(error);
  }
}

describe('stations', () => {
  it('are the same after a restart', () => {
    const record = station();
    registry.addStation(record, actor);
    registry.addStation(station({ id: 'a', area: undefined, place: undefined }), actor);
    expect(reopen().station('dongshan-3')).toEqual(record);
    expect(registry.stations().map(({ config }) => config.id)).toEqual(['a', 'dongshan-3']);
  });

  it('get a new revision of limits when what they keep on site changes, and only then', () => {
    registry.addStation(station(), actor);
    const change = (body: object): number => {
      const before = registry.station('dongshan-3') ?? station();
      const after = registry.changeStation(changedStation(before, stationChange.parse(body)), actor);
      return after.config.limits_rev;
    };
    const circuit = { id: 'low', kind: 'radiators', design: DESIGN, limits: LIMITS };
    expect(change({ heated_area_m2: 5000, every_s: { meter: 60 }, priority: 'school' })).toBe(1);
    expect(change({ circuits: [{ ...circuit, accepts: ['flow_m3_h'], heat_index_w_m2: 50 }] })).toBe(1);
    expect(change({ circuits: [{ ...circuit, limits: { ...LIMITS, return_max_c: 55 } }] })).toBe(2);
    expect(change({ circuits: [{ ...circuit, limits: { ...LIMITS, return_max_c: 55 } }] })).toBe(2);
    expect(change({ circuits: [{ ...circuit, design: { ...DESIGN, supply_c: 70 } }] })).toBe(3);
    expect(
      change({
        circuits: [
          { ...circuit, kind: 'floor' },
          { ...circuit, id: 'high' },
        ],
      }),
    ).toBe(4);
    expect(change({ circuits: [] })).toBe(5);
    expect(reopen().station('dongshan-3')?.config.limits_rev).toBe(5);
  });

  it('refuse ids that are taken, also by a gateway, and changes of what is not there', () => {
    registry.addStation(station(), actor);
    registry.addLogin({ id: 'gateway-1', kind: 'gateway', stations: ['dongshan-3'] }, actor);
    expect(codeOf(() => registry.addStation(station(), actor))).toBe('already_exists');
    expect(codeOf(() => registry.addStation(station({ id: 'gateway-1' }), actor))).toBe('already_exists');
    expect(codeOf(() => registry.changeStation(station({ id: 'x' }), actor))).toBe('not_found');
    expect(codeOf(() => registry.removeStation('x', actor))).toBe('not_found');
    expect(codeOf(() => registry.rotateSecret('x', actor))).toBe('not_found');
  });
});

describe('registration', () => {
  it('fills in what was left out', () => {
    const bare = registerStation(stationRegistration.parse({ id: 'a', name: {}, every_s: { default: 10 } }));
    expect(bare).toMatchObject({
      name: { en: 'a' },
      priority: 'ordinary',
      simulated: false,
      config: { kind: 'station', control: 'observe', every_s: { default: 10, meter: 900 }, circuits: [] },
    });
  });

  it.each([
    ['no kind', { limits: LIMITS }, 'limits_missing'],
    ['no limits', { kind: 'radiators', design: DESIGN }, 'limits_missing'],
    ['hot water without design', { kind: 'dhw', limits: LIMITS }, 'limits_missing'],
    ['hot water', { kind: 'dhw', limits: LIMITS, design: DESIGN }, undefined],
    ['kind and limits', { kind: 'floor', limits: LIMITS }, undefined],
  ])('with control on: %s', (_, circuit, code) => {
    expect(codeOf(() => station({ circuits: [{ id: 'low', ...circuit }] }))).toBe(code);
    expect(
      codeOf(() => station({ control: 'observe', circuits: [{ id: 'low', ...circuit }] })),
    ).toBeUndefined();
  });

  it('replaces only what is given, and checks the whole', () => {
    const before = station();
    expect(changedStation(before, stationChange.parse({}))).toEqual(before);
    expect(changedStation(before, stationChange.parse({ name: { en: 'East 3' } })).name).toEqual({
      en: 'East 3',
    });
    const asked = { circuits: [{ id: 'low' }, { id: 'low' }] };
    expect(stationChange.safeParse(asked).error?.issues).toMatchObject([{ path: ['circuits'] }]);
    const bare = station({ control: 'observe', circuits: [{ id: 'low' }] });
    expect(codeOf(() => changedStation(bare, stationChange.parse({ control: 'on' })))).toBe('limits_missing');
  });
});

describe('null', () => {
  it('clears what a station need not have, and nothing else', () => {
    const given = {
      name: { en: 'East' },
      place: { lat: 37.86, lon: 113.57 },
      area: { en: 'East' },
      heated_area_m2: 35_000,
      every_s: { default: 10, meter: 300 },
      primary_limits: { return_max_c: 55 },
      outdoor_time_constant_h: 4,
      primary_accepts: ['return_max_c'],
    } as const;
    const nulls = Object.fromEntries(Object.keys(given).map((name) => [name, null]));
    const bare = registerStation(stationRegistration.parse({ id: 'dongshan-3' }));
    const full = registerStation(stationRegistration.parse({ id: 'dongshan-3', ...given }));
    expect(full).not.toEqual(bare);
    expect(changedStation(full, stationChange.parse(nulls))).toEqual(bare);
    for (const name of ['kind', 'priority', 'control', 'circuits', 'simulated']) {
      expect(stationChange.safeParse({ [name]: null }).success, name).toBe(false);
    }
  });

  it('is kept cleared over a restart', () => {
    registry.addStation(station(), actor);
    const change = stationChange.parse({ place: null, heated_area_m2: null });
    registry.changeStation(changedStation(station(), change), actor);
    const { place, config } = reopen().station('dongshan-3') ?? {};
    expect([place, config?.heated_area_m2]).toEqual([undefined, undefined]);
  });
});

describe('logins', () => {
  it('are known by their secret, of which only the hash is in the file', () => {
    const secret = registry.addStation(station(), actor);
    expect(secret).toMatch(/^[\w-]{43}$/);
    reopen();
    const identity = { id: 'dongshan-3', kind: 'station', stations: ['dongshan-3'] };
    expect(registry.authenticate('dongshan-3', secret)).toEqual(identity);
    expect(registry.authenticate('dongshan-3', Buffer.from(secret))).toEqual(identity);
    expect(registry.authenticate('dongshan-3', `${secret}x`)).toBeUndefined();
    expect(registry.authenticate('nobody', secret)).toBeUndefined();
    expect(registry.authenticate('nobody', '')).toBeUndefined();
    registry.close();
    expect(readFileSync(path).includes(secret)).toBe(false);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('change with each rotation, and listeners are told of every change', () => {
    const told: CredentialChange[] = [];
    const stop = registry.onCredentialsChanged((change) => told.push(change));
    const first = registry.addStation(station(), actor);
    const second = registry.rotateSecret('dongshan-3', actor);
    expect(registry.authenticate('dongshan-3', first)).toBeUndefined();
    expect(registry.authenticate('dongshan-3', second)).toBeDefined();
    const gateway = registry.addLogin({ id: 'g', kind: 'gateway', stations: ['dongshan-3'] }, actor);
    registry.removeStation('dongshan-3', actor);
    registry.removeLogin('g', actor);
    stop();
    registry.addLogin({ id: 'r', kind: 'reader', stations: [] }, actor);
    expect(told).toEqual([
      { id: 'dongshan-3', secret: first },
      { id: 'dongshan-3', secret: second },
      { id: 'g', secret: gateway },
      { id: 'dongshan-3' },
      { id: 'g' },
    ]);
  });

  it('of gateways lose a station that is removed', () => {
    registry.addStation(station(), actor);
    registry.addLogin({ id: 'g', kind: 'gateway', stations: ['dongshan-3'] }, actor);
    registry.removeStation('dongshan-3', actor);
    expect(reopen().credential('g')?.stations).toEqual([]);
  });

  it('are written for a broker that runs alone', async () => {
    const secret = registry.addStation(station(), actor);
    const file = join(dir, 'identities.json');
    await writeIdentities(file, registry.credentials());
    const { createHash } = await import('node:crypto');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual([
      {
        id: 'dongshan-3',
        kind: 'station',
        stations: ['dongshan-3'],
        sha256: createHash('sha256').update(secret).digest('hex'),
      },
    ]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});

describe('notes for the audit log', () => {
  it('hold who, when, before and after, and no secret', () => {
    const secret = registry.addStation(station(), actor);
    const changed = { ...station(), priority: 'hospital' as const };
    registry.changeStation(changed, { by: 'li', at: actor.at + 1 });
    registry.rotateSecret('dongshan-3', actor);
    registry.note({ ...actor, action: 'confirm_epoch', subject: 'center', before: '7', after: '8' });
    registry.removeStation('dongshan-3', actor);
    const notes = reopen().notes();
    expect(notes.map(({ entry }) => entry.action)).toEqual([
      'add',
      'change',
      'rotate',
      'confirm_epoch',
      'remove',
    ]);
    expect(notes[1]?.entry).toMatchObject({ by: 'li', at: actor.at + 1 });
    expect(JSON.parse(notes[1]?.entry.after ?? '')).toMatchObject({ priority: 'hospital' });
    expect(JSON.stringify(notes)).not.toContain(secret);
    registry.dropNotes(notes[2]?.n ?? 0);
    expect(registry.notes().map(({ entry }) => entry.action)).toEqual(['confirm_epoch', 'remove']);
  });

  it('tell nothing of a change that failed', () => {
    registry.addStation(station(), actor);
    codeOf(() => registry.addStation(station(), actor));
    expect(registry.notes()).toHaveLength(1);
  });
});

describe('small values and sessions', () => {
  it('outlive a restart', () => {
    registry.setSetting('epoch', '7');
    registry.setSetting('epoch', '8');
    registry.people.sessions.addSession(Buffer.alloc(32, 1), { user: 'anna', created_at: 1, seen_at: 1 });
    registry.people.sessions.addSession(Buffer.alloc(32, 2), { user: null, created_at: 1, seen_at: 1 });
    registry.people.sessions.touchSession(Buffer.alloc(32, 1), 5);
    const { sessions } = reopen().people;
    expect(registry.setting('epoch')).toBe('8');
    expect(registry.setting('other')).toBeUndefined();
    expect(sessions.session(Buffer.alloc(32, 1))).toEqual({ user: 'anna', created_at: 1, seen_at: 5 });
    expect(sessions.sessionsByUser()).toEqual(new Map([['anna', 1]]));
    sessions.pruneSessions(5, 1);
    expect(sessions.session(Buffer.alloc(32, 2))).toBeUndefined();
    sessions.removeSession(Buffer.alloc(32, 1));
    expect(sessions.session(Buffer.alloc(32, 1))).toBeUndefined();
  });
});

describe('settings of the network', () => {
  const balance = { on: true, gain_k_per_h: 10, deadband: 0.01, rate_k_per_h: 1, bound_k: 5 };

  it('are none in a file of an earlier version, outlive a restart and are noted', () => {
    expect(registry.networkSettings()).toEqual({});
    registry.setNetworkSettings({ balance }, actor);
    expect(reopen().networkSettings()).toEqual({ balance });
    expect(registry.notes().map(({ entry }) => entry)).toEqual([
      {
        ...actor,
        action: 'change_network',
        subject: 'center',
        before: '{}',
        after: JSON.stringify({ balance }),
      },
    ]);
  });

  it.each(['{', '{"balance":{"on":"yes"}}'])('that cannot be read are named: %s', (json) => {
    registry.setSetting('network', json);
    expect(codeOf(reopen)).toBe('registry_damaged');
  });
});

describe('a file that cannot be used', () => {
  const other = (): string => join(dir, 'other.sqlite');

  it('is named and left as it is', () => {
    writeFileSync(other(), 'this is no database, and long enough to be looked at as one'.repeat(20));
    const before = readFileSync(other());
    expect(codeOf(() => openRegistry(other()))).toBe('registry_damaged');
    expect(readFileSync(other())).toEqual(before);
  });

  it('with a damaged page is found at the start', () => {
    for (let index = 0; index < 40; index += 1) registry.addStation(station({ id: `s-${index}` }), actor);
    registry.close();
    const bytes = readFileSync(path);
    bytes.fill(0xa5, 4096 * 3, 4096 * 6);
    writeFileSync(other(), bytes);
    expect(codeOf(() => openRegistry(other()))).toBe('registry_damaged');
  });

  it('with an unreadable record names the station', () => {
    registry.addStation(station(), actor);
    registry.close();
    const database = new DatabaseSync(path);
    database.exec(`UPDATE stations SET record = '{"config":{}}'`);
    database.close();
    expect(() => openRegistry(path)).toThrow(/dongshan-3/);
  });

  it('of the version before people had passwords keeps who is signed in', () => {
    const before = new DatabaseSync(other());
    before.exec(`
      CREATE TABLE stations (id TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;
      CREATE TABLE logins (id TEXT PRIMARY KEY, kind TEXT NOT NULL, stations TEXT NOT NULL, sha256 BLOB NOT NULL) STRICT;
      CREATE TABLE audit (n INTEGER PRIMARY KEY, at INTEGER NOT NULL, by TEXT NOT NULL, action TEXT NOT NULL,
        subject TEXT NOT NULL, before TEXT, after TEXT) STRICT;
      CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
      CREATE TABLE sessions (sha256 BLOB PRIMARY KEY, name TEXT NOT NULL, created_at INTEGER NOT NULL,
        seen_at INTEGER NOT NULL) STRICT;
      INSERT INTO sessions VALUES (zeroblob(32), 'administrator', 3, 4);
      PRAGMA user_version = 1;`);
    before.close();
    const now = openRegistry(other());
    expect(now.people.sessions.session(Buffer.alloc(32))).toEqual({ user: null, created_at: 3, seen_at: 4 });
    expect(now.people.users.users()).toEqual([]);
    now.close();
  });

  it('with a person whose role is not known names them', () => {
    const database = new DatabaseSync(path);
    database.exec(`INSERT INTO users VALUES ('li', NULL, 'emperor', 0, 'x', 1, NULL)`);
    database.close();
    expect(() => openRegistry(path)).toThrow(/user li/);
  });

  it('of a newer version is refused', () => {
    registry.close();
    const database = new DatabaseSync(path);
    database.exec('PRAGMA user_version = 99');
    database.close();
    expect(() => openRegistry(path)).toThrow(/newer heat center \(schema 99/);
  });
});
