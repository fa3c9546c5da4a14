import { clockJumps } from './clock-jumps.ts';
import { auditSurvives } from './audit.ts';
import { backupUnderLoad } from './backup.ts';
import { commandHistories } from './command-histories.ts';
import { commandLink, commandLinkExternal } from './command-link.ts';
import { connectStorm } from './connect-storm.ts';
import { diskFull } from './disk-full.ts';
import { fuzz } from './fuzz.ts';
import { hostileSockets } from './hostile-sockets.ts';
import { influxAway } from './influx-away.ts';
import { killEmbedded, killExternal } from './kill.ts';
import { rights } from './rights.ts';
import type { Scenario } from './scenario.ts';
import { mqttConformance } from './mqtt-conformance.ts';
import { silent, silentExternal } from './silence.ts';
import { slowClients } from './slow-clients.ts';
import { staleGuard } from './stale-guard.ts';
import { soak } from './soak.ts';
import { storeAndForward, storeAndForwardExternal } from './store-and-forward.ts';

/** Every scenario, in the order in which `pnpm torture` runs them. */
export const SCENARIOS: readonly Scenario[] = [
  killEmbedded,
  killExternal,
  storeAndForward,
  storeAndForwardExternal,
  influxAway,
  diskFull,
  slowClients,
  hostileSockets,
  connectStorm,
  auditSurvives,
  backupUnderLoad,
  rights,
  mqttConformance,
  fuzz,
  commandHistories,
  commandLink,
  commandLinkExternal,
  silent,
  silentExternal,
  clockJumps,
  staleGuard,
  soak,
];
