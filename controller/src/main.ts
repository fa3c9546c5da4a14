/** The heat center: joins journal, cycle, stations, history and screen. The only file that names concrete adapters. */
import { openCertificates } from '@heat-center/broker/certificates.ts';
import { createHistoryWorker } from './adapters/history/history-worker-client.ts';
import { createHttp, type Http } from './adapters/http/app.ts';
import { createJournalReader } from './adapters/journal/reader.ts';
import { openJournal, type Journal } from './adapters/journal/writer.ts';
import { createEmbeddedLink } from './adapters/mqtt/embedded.ts';
import { openExternalBroker } from './adapters/mqtt/external-broker.ts';
import { createPlanner } from './adapters/planner/planner.ts';
import { copyDatabaseFile } from './adapters/registry/database.ts';
import { openRegistry, type RegistryFile } from './adapters/registry/registry.ts';
import { openWeather } from './adapters/weather/weather.ts';
import { createBackupDesk } from './backup/desk.ts';
import { noteLife, noteRefusedLogin, noteSharing } from './audit/events.ts';
import { openCenterAudit } from './audit/open.ts';
import { announce } from './center/announce.ts';
import { createClock, type Clock } from './center/clock.ts';
import { openDataFolder, type DataFolder } from './center/data-folder.ts';
import { endInError, endOnSignal } from './center/ending.ts';
import { onFreePort } from './center/free-port.ts';
import { createGate } from './center/gate.ts';
import { startHousekeeping } from './center/housekeeping.ts';
import { localTimeOf } from './center/local-time.ts';
import { watchDisk, type DiskWatch } from './center/disk.ts';
import { startPlanning, type Planning } from './center/planning.ts';
import { createReadModel } from './center/read-model.ts';
import { createRuntime, type Runtime } from './center/runtime.ts';
import { roomToStart } from './center/room.ts';
import { loadSnapshot } from './center/snapshot.ts';
import { createSelfView } from './center/self-view.ts';
import { watchSource } from './center/source-watch.ts';
import { beginEpoch, restore } from './center/startup.ts';
import { readCommit, readVersion } from './center/version.ts';
import { DEFAULT_HTTP_PORT, DEFAULT_MQTT_PORT, loadEnvironment, type Environment } from './environment.ts';
import { createLog, type Logger } from './log.ts';
import type { AuditTrail } from './audit/port.ts';
import type { HistoryPins } from './backup/port.ts';
import type { HistoryReader, StationLink, WeatherSource } from './ports.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const GIB = 2 ** 30;
const JOURNAL_MAX_AGE_MS = 7 * 86_400_000;
const JOURNAL_MAX_BYTES = 10 * GIB;

interface Base {
  readonly environment: Environment;
  readonly log: Logger;
  readonly folder: DataFolder;
  readonly registry: RegistryFile;
  readonly audit: AuditTrail;
  readonly clock: Clock;
  readonly version: string;
}

async function openBase(): Promise<Base> {
  const environment = loadEnvironment(process.env);
  const log = createLog(environment.logLevel);
  await roomToStart(environment.dataDir, log);
  const folder = await openDataFolder(environment.dataDir);
  const registry = openRegistry(folder.registry);
  const clock = createClock();
  const audit = await openCenterAudit({
    dir: folder.audit,
    registry,
    now: () => clock.now(),
    log: log.child({ part: 'audit' }),
  });
  return { environment, log, folder, registry, audit, clock, version: readVersion(ROOT) };
}

interface Running {
  readonly runtime: Runtime;
  readonly journal: Journal;
  /** Inputs that the start had to replay. */
  readonly replayed: number;
}

async function openRuntime({ environment, log, folder, clock }: Base): Promise<Running> {
  const snapshot = await loadSnapshot(folder.snapshots, (file) => {
    log.warn(
      { file },
      'a snapshot is damaged or of another version; it is left as it is, an older state and the journal serve',
    );
  });
  const journal = await openJournal({
    dir: folder.journal,
    atLeast: snapshot?.position ?? 0,
    minFreeBytes: environment.minFreeBytes,
    onTrouble: (trouble) => {
      if (trouble === undefined) log.info('the journal can be written again');
      else log.error({ trouble }, 'the journal cannot be written: nothing is acknowledged until it can');
    },
  });
  if (journal.tornBytes > 0) {
    const file = `${folder.journal}/….journal.torn`;
    log.warn({ bytes: journal.tornBytes, file }, 'the end of the journal was not whole; a copy is kept');
  }
  const reader = createJournalReader({ dir: folder.journal });
  const { state, replayed, missing } = await restore({
    snapshot,
    reader,
    start: journal.start,
    end: journal.durable,
  });
  await reader.close();
  if (missing > 0)
    log.error({ bytes: missing }, 'a part of the journal is missing; what it held is not in the state');
  log.info({ replayed, from: snapshot?.position ?? journal.start }, 'state restored from the journal');
  const localTime = localTimeOf(environment.zone);
  const runtime = createRuntime({ journal, state, clock, localTime, log: log.child({ part: 'center' }) });
  return { runtime, journal, replayed };
}

interface Reached extends StationLink {
  readonly host: string;
  readonly port: number;
  readonly encrypted: boolean;
  trouble?(): string | undefined;
}

const sayMoved =
  (log: Logger) =>
  (from: number, to: number): void =>
    log.warn({ from, to }, 'the default port is taken by another program; using the next free one');

async function openLink(base: Base, runtime: Runtime): Promise<Reached> {
  const { environment, registry } = base;
  const log = base.log.child({ part: 'broker' });
  const { broker, mqtt } = environment;
  if (!broker) {
    const tls = mqtt.tls && openCertificates({ files: mqtt.tls, log });
    const link = await onFreePort(
      {
        asked: mqtt.port,
        fallback: DEFAULT_MQTT_PORT,
        variable: 'HEAT_CENTER_MQTT_PORT',
        onMoved: sayMoved(log),
      },
      (port) =>
        createEmbeddedLink({
          host: mqtt.host,
          port,
          tls,
          runtime,
          registry,
          log,
          onRefusedLogin: (tried) => noteRefusedLogin(base, tried),
        }),
    );
    return { ...link, host: mqtt.host, encrypted: tls !== undefined };
  }
  const link = await openExternalBroker({ ...broker, runtime, registry, log });
  return { ...link, encrypted: broker.url.startsWith('mqtts:') };
}

interface Joined {
  readonly runtime: Runtime;
  readonly journal: Journal;
  readonly link: Reached;
  readonly disk: DiskWatch;
  readonly history: HistoryReader & HistoryPins;
  readonly weather: WeatherSource;
  readonly planning: Planning;
}

async function openHttp(base: Base, joined: Joined): Promise<Http> {
  const { environment, registry, audit, clock, folder, log, version } = base;
  const { runtime, journal, link, history, planning } = joined;
  const self = createSelfView({ ...base, ...joined });
  const http = await createHttp({
    registry,
    audit,
    people: registry.people,
    backup: createBackupDesk({
      folder,
      copyRegistry: (file) => registry.copyTo(file),
      copyDatabase: copyDatabaseFile,
      pins: history,
      journalEnd: () => journal.durable,
      now: () => clock.now(),
      epoch: () => runtime.state.center.epoch,
      version,
    }),
    gate: createGate({
      runtime,
      registry,
      clock,
      link,
      planTrouble: () => planning.trouble,
      troubles: self.hindrances,
    }),
    readModel: createReadModel(runtime.state.center),
    history,
    weather: joined.weather,
    log: log.child({ part: 'http' }),
    troubles: self.troubles,
    figures: self.figures,
    options: {
      host: environment.http.host,
      publicUrl: environment.publicUrl,
      tls:
        environment.http.tls &&
        openCertificates({ files: environment.http.tls, log: log.child({ part: 'http' }) }),
      adminToken: environment.adminToken,
      cliToken: folder.cliToken,
      dashboardDist: `${ROOT}dashboard/dist`,
      name: environment.name,
      zone: environment.zone,
      version,
      trustedProxies: environment.trustedProxies,
    },
  });
  await onFreePort(
    {
      asked: environment.http.port,
      fallback: DEFAULT_HTTP_PORT,
      variable: 'HEAT_CENTER_HTTP_PORT',
      onMoved: sayMoved(log),
    },
    (port) => http.app.listen({ host: environment.http.host, port }),
  );
  return http;
}

const startWeather = ({ environment, registry, folder, clock, log, version }: Base, runtime: Runtime) =>
  openWeather({
    settings: () => registry.networkSettings().weather,
    folder: folder.weather,
    version,
    ...environment.weather,
    take: (forecast) => runtime.submit({ kind: 'forecast', at: clock.now(), forecast }),
    now: () => clock.now(),
    random: Math.random,
    log: log.child({ part: 'weather' }),
  });

async function main(): Promise<void> {
  const base = await openBase();
  const { log, folder, registry, audit } = base;
  const { runtime, journal, replayed } = await openRuntime(base);
  await beginEpoch({ ...base, commit: readCommit(ROOT, base.version) }, runtime);
  await noteLife(base, 'start', { epoch: runtime.state.center.epoch, version: base.version });
  const history = createHistoryWorker({
    journalDir: folder.journal,
    file: folder.history,
    influx: base.environment.influx,
    durable: () => journal.durable,
    onConflicts: (station, conflicts) => runtime.onConflicts(station, conflicts),
    log: log.child({ part: 'history' }),
  });
  const link = await openLink(base, runtime);
  runtime.attach(link);
  const disk = watchDisk({ dir: folder.dir, floorBytes: base.environment.minFreeBytes });
  const planning = startPlanning({
    runtime,
    planner: createPlanner(),
    now: () => base.clock.now(),
    log: log.child({ part: 'planner' }),
  });
  const weather = startWeather(base, runtime);
  const http = await openHttp(base, { runtime, journal, link, history, disk, weather, planning });
  const housekeeping = startHousekeeping({
    runtime,
    now: () => base.clock.now(),
    journal,
    snapshots: folder.snapshots,
    replayed,
    log,
    maxAgeMs: JOURNAL_MAX_AGE_MS,
    maxBytes: JOURNAL_MAX_BYTES,
    history: () => history.lag(),
  });
  const sharing = watchSource({
    source: () => runtime.state.center.network.source,
    note: (before, after) => noteSharing(base, before, after),
    log: log.child({ part: 'source' }),
  });
  runtime.start();
  await announce(base, { url: http.url(), port: http.port(), loginLink: () => http.loginLink(), link });

  /** First nobody can ask or send any more, then everything is written, then the folder is free. */
  async function end(): Promise<void> {
    runtime.stop();
    sharing.close();
    disk.close();
    await weather.close();
    await planning.close();
    await http.close();
    await link.close();
    await housekeeping.close();
    await journal.close();
    await history.close();
    await noteLife(base, 'stop', {});
    await audit.close();
    registry.close();
    await folder.release();
  }
  endOnSignal(end, log);
}

main().catch(endInError);
