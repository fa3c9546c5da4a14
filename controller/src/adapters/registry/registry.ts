/** Stations, logins, settings and the record of who changed what, in one SQLite file. */
import type { DatabaseSync } from 'node:sqlite';
import { CENTER_LOGIN } from '@heat-center/broker/mosquitto-acl.ts';
import { HeatError } from '@heat-center/contract/errors.ts';
import type { Identity } from '@heat-center/contract/topics.ts';
import type { AuditEntry, AuditNote } from '../../audit/port.ts';
import type { Actor, Credential, CredentialChange, Registry, StationRecord } from '../../ports.ts';
import type { NetworkSettings } from '../../domain/network/settings.ts';
import type { SessionStore, TokenStore, UserStore } from '../../access/stores.ts';
import { copyDatabase, openDatabase, transaction, written } from './database.ts';
import { nextLimitsRev } from './registration.ts';
import { matches, newSecret, sha256 } from './secrets.ts';
import { createAuditNotes, type AuditNotes } from './audit.ts';
import { createSessionStore } from './sessions.ts';
import { readLogins, readNetworkSettings, readRecord } from './stored.ts';
import { createTokenStore } from './tokens.ts';
import { createUserStore } from './users.ts';

export interface People {
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly tokens: TokenStore;
}

export interface RegistryFile extends Registry {
  /** People, their sessions, and tokens of programs. */
  readonly people: People;
  /** Writes a consistent copy to a new file while the registry is used. */
  copyTo(file: string): Promise<void>;
  /** Who this login is; undefined when user name or password is wrong. Takes the same time either way. */
  authenticate(username: string, password: string | Uint8Array): Identity | undefined;
  /** Called after a login was added, rotated or revoked, with the secret while it is known. */
  onCredentialsChanged(listener: (change: CredentialChange) => void): () => void;
}

/** Name of the setting that holds the settings of the network as JSON. */
const NETWORK_SETTING = 'network';

type Change = Omit<AuditEntry, 'at' | 'by'>;

/** The center's topics and its login on an external broker. */
const RESERVED: ReadonlySet<string> = new Set(['center', CENTER_LOGIN]);

/**
 * Opens or creates the registry. Throws `registry_damaged` when the file or a record in it cannot be read.
 * One process owns the file; stations and logins are held in memory and written through.
 */
export function openRegistry(path: string): RegistryFile {
  const database = openDatabase(path);
  try {
    return new SqliteRegistry(database);
  } catch (error) {
    database.close();
    throw error;
  }
}

class SqliteRegistry implements RegistryFile {
  readonly people: People;
  readonly #database: DatabaseSync;
  readonly #audit: AuditNotes;
  readonly #stations = new Map<string, StationRecord>();
  readonly #logins = new Map<string, Credential>();
  #network: NetworkSettings;
  readonly #listeners = new Set<(change: CredentialChange) => void>();

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#audit = createAuditNotes(database);
    const note = (entry: AuditEntry): void => this.#audit.note(entry);
    this.people = {
      users: createUserStore(database, note),
      sessions: createSessionStore(database),
      tokens: createTokenStore(database, note),
    };
    for (const row of database.prepare('SELECT id, record FROM stations ORDER BY id').all()) {
      const id = String(row.id);
      this.#stations.set(id, readRecord(id, String(row.record)));
    }
    for (const login of readLogins(database)) this.#logins.set(login.id, login);
    this.#network = readNetworkSettings(this.setting(NETWORK_SETTING));
  }

  stations(): StationRecord[] {
    return [...this.#stations.values()];
  }

  station(id: string): StationRecord | undefined {
    return this.#stations.get(id);
  }

  addStation(record: StationRecord, actor: Actor): string {
    const { id } = record.config;
    this.#requireFree(id);
    const secret = newSecret();
    const login: Credential = { id, kind: 'station', stations: [id], sha256: sha256(secret) };
    transaction(this.#database, () => {
      this.#storeStation(record);
      this.#storeLogin(login);
      this.#note(actor, { action: 'add', subject: id, before: null, after: JSON.stringify(record) });
    });
    this.#stations.set(id, record);
    this.#logins.set(id, login);
    this.#tell({ id, secret });
    return secret;
  }

  changeStation(record: StationRecord, actor: Actor): StationRecord {
    const { id } = record.config;
    const before = this.#require(this.#stations, id);
    const limits_rev = nextLimitsRev(before.config, record.config);
    const after: StationRecord = { ...record, config: { ...record.config, limits_rev } };
    transaction(this.#database, () => {
      this.#storeStation(after);
      this.#note(actor, {
        action: 'change',
        subject: id,
        before: JSON.stringify(before),
        after: JSON.stringify(after),
      });
    });
    this.#stations.set(id, after);
    return after;
  }

  removeStation(id: string, actor: Actor): void {
    const before = this.#require(this.#stations, id);
    // A gateway must not speak for a station that is registered under this id later.
    const gateways = [...this.#logins.values()]
      .filter((login) => login.id !== id && login.stations.includes(id))
      .map((login): Credential => ({ ...login, stations: login.stations.filter((other) => other !== id) }));
    transaction(this.#database, () => {
      this.#database.prepare('DELETE FROM stations WHERE id = ?').run(id);
      this.#database.prepare('DELETE FROM logins WHERE id = ?').run(id);
      for (const gateway of gateways) this.#storeLogin(gateway);
      this.#note(actor, { action: 'remove', subject: id, before: JSON.stringify(before), after: null });
    });
    this.#stations.delete(id);
    this.#logins.delete(id);
    for (const gateway of gateways) this.#logins.set(gateway.id, gateway);
    this.#tell({ id });
  }

  rotateSecret(id: string, actor: Actor): string {
    const before = this.#require(this.#logins, id);
    const secret = newSecret();
    const login: Credential = { ...before, sha256: sha256(secret) };
    transaction(this.#database, () => {
      this.#storeLogin(login);
      this.#note(actor, { action: 'rotate', subject: id, before: null, after: null });
    });
    this.#logins.set(id, login);
    this.#tell({ id, secret });
    return secret;
  }

  addLogin(
    login: { id: string; kind: 'gateway' | 'reader'; stations: readonly string[] },
    actor: Actor,
  ): string {
    this.#requireFree(login.id);
    for (const station of login.stations) this.#require(this.#stations, station);
    const secret = newSecret();
    const credential: Credential = { ...login, sha256: sha256(secret) };
    transaction(this.#database, () => {
      this.#storeLogin(credential);
      this.#note(actor, {
        action: 'add_login',
        subject: login.id,
        before: null,
        after: JSON.stringify({ kind: login.kind, stations: login.stations }),
      });
    });
    this.#logins.set(login.id, credential);
    this.#tell({ id: login.id, secret });
    return secret;
  }

  removeLogin(id: string, actor: Actor): void {
    const { kind, stations } = this.#require(this.#logins, id);
    if (kind === 'station')
      throw new HeatError('not_found', `${id} is a station: remove the station instead`);
    transaction(this.#database, () => {
      this.#database.prepare('DELETE FROM logins WHERE id = ?').run(id);
      this.#note(actor, {
        action: 'remove_login',
        subject: id,
        before: JSON.stringify({ kind, stations }),
        after: null,
      });
    });
    this.#logins.delete(id);
    this.#tell({ id });
  }

  credential(id: string): Credential | undefined {
    return this.#logins.get(id);
  }

  credentials(): Credential[] {
    return [...this.#logins.values()];
  }

  networkSettings(): NetworkSettings {
    return this.#network;
  }

  setNetworkSettings(settings: NetworkSettings, actor: Actor): void {
    const before = JSON.stringify(this.#network);
    const after = JSON.stringify(settings);
    transaction(this.#database, () => {
      this.setSetting(NETWORK_SETTING, after);
      this.#note(actor, { action: 'change_network', subject: 'center', before, after });
    });
    this.#network = settings;
  }

  note(entry: AuditEntry): void {
    this.#audit.note(entry);
  }

  notes(): AuditNote[] {
    return this.#audit.notes();
  }

  dropNotes(upTo: number): void {
    this.#audit.dropNotes(upTo);
  }

  setting(name: string): string | undefined {
    const row = this.#database.prepare('SELECT value FROM settings WHERE name = ?').get(name);
    return row && String(row.value);
  }

  setSetting(name: string, value: string): void {
    const put = this.#database.prepare(
      'INSERT INTO settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    );
    written(() => put.run(name, value));
  }

  copyTo(file: string): Promise<void> {
    return copyDatabase(this.#database, file);
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  authenticate(username: string, password: string | Uint8Array): Identity | undefined {
    const login = this.#logins.get(username);
    if (!matches(password, login?.sha256) || !login) return undefined;
    return { id: login.id, kind: login.kind, stations: login.stations };
  }

  onCredentialsChanged(listener: (change: CredentialChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #note(actor: Actor, change: Change): void {
    this.#audit.note({ ...actor, ...change });
  }

  #tell(change: CredentialChange): void {
    for (const listener of this.#listeners) listener(change);
  }

  #requireFree(id: string): void {
    if (RESERVED.has(id)) throw new HeatError('already_exists', `The id ${id} is the center's own.`);
    if (this.#logins.has(id)) throw new HeatError('already_exists', `The id ${id} is taken.`);
  }

  #require<T>(kept: ReadonlyMap<string, T>, id: string): T {
    const found = kept.get(id);
    if (!found) throw new HeatError('not_found', `There is no ${id}.`);
    return found;
  }

  #storeStation(record: StationRecord): void {
    this.#database
      .prepare('INSERT INTO stations VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET record = excluded.record')
      .run(record.config.id, JSON.stringify(record));
  }

  #storeLogin({ id, kind, stations, sha256: digest }: Credential): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO logins (id, kind, stations, sha256) VALUES (?, ?, ?, ?)')
      .run(id, kind, JSON.stringify(stations), digest);
  }
}
