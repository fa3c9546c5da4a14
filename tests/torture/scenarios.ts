import { auditSurvives } from './audit.ts';
import { backupUnderLoad } from './backup.ts';
import { brokerDiskFull } from './broker-disk-full.ts';
import { clockJumps, clockJumpsExternal } from './clock-jumps.ts';
import { commandHistories } from './command-histories.ts';
import { commandLink, commandLinkExternal } from './command-link.ts';
import { connectStorm, connectStormExternal } from './connect-storm.ts';
import { diskFull, diskFullExternal } from './disk-full.ts';
import { fuzz } from './fuzz.ts';
import { hostileSockets } from './hostile-sockets.ts';
import { influxAway, influxAwayExternal } from './influx-away.ts';
import { killEmbedded, killExternal } from './kill.ts';
import { mqttConformance } from './mqtt-conformance.ts';
import { rights } from './rights.ts';
import type { Scenario } from './scenario.ts';
import { silent, silentExternal } from './silence.ts';
import { slowClients } from './slow-clients.ts';
import { soak } from './soak.ts';
import { staleGuard } from './stale-guard.ts';
import { storeAndForward, storeAndForwardExternal } from './store-and-forward.ts';

/** Judged by milliseconds and megabytes: one after the other, when all else has ended. */
export const ALONE: readonly Scenario[] = [
  storeAndForward,
  storeAndForwardExternal,
  slowClients,
  hostileSockets,
  connectStorm,
  connectStormExternal,
];

/** Judged by what is lost, or by seconds, and mostly waiting: the rows of this table run side by side. */
export const SIDE_BY_SIDE: readonly (readonly Scenario[])[] = [
  [influxAway, influxAwayExternal],
  [
    killEmbedded,
    killExternal,
    diskFull,
    diskFullExternal,
    brokerDiskFull,
    auditSurvives,
    backupUnderLoad,
    rights,
    mqttConformance,
    clockJumps,
    clockJumpsExternal,
  ],
  [silent, commandLink],
  [silentExternal, commandLinkExternal],
];

/** Reckoned, or measured in processor time: at low priority beside all others. */
export const RECKONED: readonly Scenario[] = [commandHistories, staleGuard, fuzz];

/** Every scenario. */
export const SCENARIOS: readonly Scenario[] = [...ALONE, ...SIDE_BY_SIDE.flat(), ...RECKONED, soak];
