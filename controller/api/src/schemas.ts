/** What each route takes and gives: the controller checks requests by it, OpenAPI is generated from it. */
import { z } from 'zod';
import { auditList, auditQuery, stationAuditQuery } from './audit.ts';
import { balanceView } from './balance.ts';
import { backupEnded, backupView } from './backup.ts';
import { commandView, wishBody, wishTaken } from './commands.ts';
import { instant, partId, settingsMatch, stationId } from './common.ts';
import { historyAnswer, historyCount, historyQuery, setpointHistory, setpointQuery } from './history.ts';
import {
  loginAdded,
  loginBody,
  loginRegistration,
  linkView,
  passwordChange,
  sessionView,
} from './session.ts';
import { forecastBody, networkSettings, networkSettingsChange, networkView } from './network.ts';
import {
  applyProposal,
  loadForecastQuery,
  networkLoadForecast,
  stationLearning,
  stationLoadForecast,
} from './learning.ts';
import type { RouteName } from './routes.ts';
import { sourceLimitBody, sourcePreview, sourcePreviewQuery, sourceView } from './source.ts';
import { planView } from './shaving.ts';
import {
  mqttCredentials,
  registered,
  stationChange,
  stationDetail,
  stationRegistration,
  stationView,
} from './stations.ts';
import { tokenAdded, tokenList, tokenRegistration } from './tokens.ts';
import { weatherView } from './weather.ts';
import { userAdded, userChange, userId, userList, userRegistration, userView } from './users.ts';

/** Request parts by Fastify's names; `response` holds the schema of each success status. */
export interface RouteSchema {
  readonly params?: z.ZodType;
  readonly headers?: z.ZodType;
  readonly querystring?: z.ZodType;
  readonly body?: z.ZodType;
  readonly response: Readonly<Record<number, z.ZodType>>;
}

const station = z.object({ id: stationId });
const person = z.object({ id: userId });
const nothing = z.null();
const text = z.string();

export const rejectedList = z.object({
  rejected: z.array(z.object({ at: instant, station: z.string(), code: z.string(), excerpt: z.string() })),
});

export const readiness = z.object({ ready: z.boolean(), why: z.array(z.string()) });

export const SCHEMAS = {
  listStations: { response: { 200: z.object({ at: instant, stations: z.array(stationView) }) } },
  registerStation: { body: stationRegistration, response: { 201: registered } },
  readStation: { params: station, response: { 200: stationDetail } },
  changeStation: {
    params: station,
    headers: settingsMatch,
    body: stationChange,
    response: { 200: stationDetail },
  },
  removeStation: { params: station, response: { 204: nothing } },
  rotateSecret: { params: station, response: { 200: mqttCredentials } },
  stationAudit: { params: station, querystring: stationAuditQuery, response: { 200: auditList } },
  listAudit: { querystring: auditQuery, response: { 200: auditList } },
  history: { params: station, querystring: historyQuery, response: { 200: historyAnswer } },
  historyCount: { params: station, response: { 200: historyCount } },
  setpointHistory: { params: station, querystring: setpointQuery, response: { 200: setpointHistory } },
  sendCommand: { params: station, body: wishBody, response: { 202: wishTaken } },
  listCommands: { params: station, response: { 200: z.object({ commands: z.array(commandView) }) } },
  readCommand: {
    params: station.extend({ command: z.string().min(1).max(64) }),
    response: { 200: commandView },
  },
  readNetwork: { response: { 200: networkView } },
  readNetworkSettings: { response: { 200: networkSettings } },
  changeNetworkSettings: {
    headers: settingsMatch,
    body: networkSettingsChange,
    response: { 200: networkSettings },
  },
  readSource: { response: { 200: sourceView } },
  previewSourceLimit: { querystring: sourcePreviewQuery, response: { 200: sourcePreview } },
  limitSource: { body: sourceLimitBody, response: { 200: sourceView } },
  endSourceLimit: { response: { 200: sourceView } },
  readBalance: { response: { 200: balanceView } },
  readPlan: { response: { 200: planView } },
  takeForecast: { body: forecastBody, response: { 200: networkView } },
  readWeather: { response: { 200: weatherView } },
  networkLoadForecast: { querystring: loadForecastQuery, response: { 200: networkLoadForecast } },
  stationLoadForecast: {
    params: station,
    querystring: loadForecastQuery,
    response: { 200: stationLoadForecast },
  },
  stationLearning: { params: station, response: { 200: stationLearning } },
  applyProposal: {
    params: station.extend({ circuit: partId }),
    body: applyProposal,
    response: { 200: stationDetail },
  },
  confirmEpoch: { response: { 200: z.object({ epoch: z.int() }) } },
  beginBackup: { response: { 201: backupView } },
  endBackup: { params: z.object({ id: z.uuid() }), response: { 200: backupEnded } },
  rejected: { response: { 200: rejectedList } },
  addGateway: { body: loginRegistration, response: { 201: loginAdded } },
  removeGateway: { params: station, response: { 204: nothing } },
  login: { body: loginBody, response: { 200: sessionView } },
  session: { response: { 200: sessionView } },
  logout: { response: { 204: nothing } },
  changePassword: { body: passwordChange, response: { 204: nothing } },
  loginLink: { response: { 200: linkView } },
  listUsers: { response: { 200: userList } },
  addUser: { body: userRegistration, response: { 201: userAdded } },
  changeUser: { params: person, body: userChange, response: { 200: userView } },
  removeUser: { params: person, response: { 204: nothing } },
  listTokens: { response: { 200: tokenList } },
  addToken: { body: tokenRegistration, response: { 201: tokenAdded } },
  removeToken: { params: z.object({ id: z.uuid() }), response: { 204: nothing } },
  live: { response: { 101: nothing.describe('the feed: see liveMessage') } },
  openapi: { response: { 200: z.looseObject({ openapi: z.string() }) } },
  docs: { response: { 200: text } },
  healthLive: { response: { 200: z.object({ live: z.literal(true) }) } },
  healthReady: { response: { 200: readiness, 503: readiness } },
  metrics: { response: { 200: text } },
  dashboard: { params: z.object({ '*': text }), response: { 200: text } },
} as const satisfies Record<RouteName, RouteSchema>;
