/** Every route of the API in one table; the controller registers these and nothing else. */

import type { Action } from './access.ts';

/** `public` asks for nothing, `known` only that somebody is signed in; else what must be allowed. */
export type Access = Action | 'public' | 'known';

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly access: Access;
  /** `bearer`: not for browsers; `person`: only for a session that was opened with a password. */
  readonly only?: 'bearer' | 'person';
  readonly summary: string;
}

export const ROUTES = {
  listStations: {
    method: 'GET',
    path: '/api/v1/stations',
    access: 'read',
    summary: 'All stations with their latest values',
  },
  registerStation: {
    method: 'POST',
    path: '/api/v1/stations',
    access: 'connect',
    summary: 'Register a station; its secret is shown once',
  },
  readStation: {
    method: 'GET',
    path: '/api/v1/stations/:id',
    access: 'read',
    summary: 'One station with settings, trace and commands; ETag is that of the settings',
  },
  changeStation: {
    method: 'PATCH',
    path: '/api/v1/stations/:id',
    access: 'configure',
    summary: 'Change settings of a station',
  },
  removeStation: {
    method: 'DELETE',
    path: '/api/v1/stations/:id',
    access: 'connect',
    summary: 'Remove a station; its history stays',
  },
  rotateSecret: {
    method: 'POST',
    path: '/api/v1/stations/:id/secret',
    access: 'connect',
    summary: 'Give a station a new secret',
  },
  stationAudit: {
    method: 'GET',
    path: '/api/v1/stations/:id/audit',
    access: 'audit',
    summary: 'Who changed what and when',
  },
  listAudit: {
    method: 'GET',
    path: '/api/v1/audit',
    access: 'audit',
    summary: 'Who did what and when, newest first',
  },
  history: {
    method: 'GET',
    path: '/api/v1/stations/:id/history',
    access: 'read',
    summary: 'Series of points, reduced with extremes kept',
  },
  historyCount: {
    method: 'GET',
    path: '/api/v1/stations/:id/history/count',
    access: 'read',
    summary: 'How much history holds of a station',
  },
  setpointHistory: {
    method: 'GET',
    path: '/api/v1/stations/:id/setpoints',
    access: 'read',
    summary: 'Setpoints of the past with their reasons',
  },
  sendCommand: {
    method: 'POST',
    path: '/api/v1/stations/:id/commands',
    access: 'command',
    summary: 'An operator’s wish',
  },
  listCommands: {
    method: 'GET',
    path: '/api/v1/stations/:id/commands',
    access: 'read',
    summary: 'Recent commands of a station',
  },
  readCommand: {
    method: 'GET',
    path: '/api/v1/stations/:id/commands/:command',
    access: 'read',
    summary: 'What became of a command',
  },
  readNetwork: {
    method: 'GET',
    path: '/api/v1/network',
    access: 'read',
    summary: 'Outdoor temperature of the network, doubted sensors, forecast',
  },
  readNetworkSettings: {
    method: 'GET',
    path: '/api/v1/network/settings',
    access: 'read',
    summary: 'What people set for the network as a whole, with an ETag',
  },
  changeNetworkSettings: {
    method: 'PATCH',
    path: '/api/v1/network/settings',
    access: 'configure',
    summary: 'Change settings of the network: a section that is given is replaced whole, null clears it',
  },
  readBalance: {
    method: 'GET',
    path: '/api/v1/network/balance',
    access: 'read',
    summary: 'Relative warmth of all stations, what corrects it and why some are left out',
  },
  readPlan: {
    method: 'GET',
    path: '/api/v1/network/plan',
    access: 'read',
    summary: 'The plan of peak shaving: hours, classes of buildings, who takes no part',
  },
  readSource: {
    method: 'GET',
    path: '/api/v1/network/source',
    access: 'read',
    summary: 'A short source: limit, share and relative load of each station, who takes no part and why',
  },
  previewSourceLimit: {
    method: 'GET',
    path: '/api/v1/network/source/preview',
    access: 'read',
    summary: 'What a limit of the source would do now: who gets how much less, who is spared',
  },
  limitSource: {
    method: 'PUT',
    path: '/api/v1/network/source/limit',
    access: 'limit_source',
    summary: 'Limit the source for a time; replaces the limit in force',
  },
  endSourceLimit: {
    method: 'DELETE',
    path: '/api/v1/network/source/limit',
    access: 'limit_source',
    summary: 'End the limit of the source: heat comes back in steps',
  },
  takeForecast: {
    method: 'POST',
    path: '/api/v1/forecast',
    access: 'configure',
    summary: 'Outdoor temperatures to come, from any weather service',
  },
  readWeather: {
    method: 'GET',
    path: '/api/v1/network/weather',
    access: 'read',
    summary: 'Where forecasts come from and how that goes',
  },
  networkLoadForecast: {
    method: 'GET',
    path: '/api/v1/network/load-forecast',
    access: 'read',
    summary: 'Heat that all stations will take in the hours to come',
  },
  stationLoadForecast: {
    method: 'GET',
    path: '/api/v1/stations/:id/load-forecast',
    access: 'read',
    summary: 'Heat that a station will take in the hours to come',
  },
  stationLearning: {
    method: 'GET',
    path: '/api/v1/stations/:id/learning',
    access: 'read',
    summary: 'Loss line, time constant and proposed curve of each building, with how sure they are',
  },
  applyProposal: {
    method: 'POST',
    path: '/api/v1/stations/:id/learning/:circuit/apply',
    access: 'configure',
    summary: 'Take the proposed curve into the settings of a circuit',
  },
  confirmEpoch: {
    method: 'POST',
    path: '/api/v1/center/epoch',
    access: 'confirm_epoch',
    summary: 'Continue above the epoch that stations obey',
  },
  beginBackup: {
    method: 'POST',
    path: '/api/v1/center/backup',
    access: 'backup',
    only: 'bearer',
    summary: 'Begin a backup: which bytes of which files belong together (used by `pnpm heat backup`)',
  },
  endBackup: {
    method: 'DELETE',
    path: '/api/v1/center/backup/:id',
    access: 'backup',
    only: 'bearer',
    summary: 'End a backup: the files may change again',
  },
  rejected: {
    method: 'GET',
    path: '/api/v1/rejected',
    access: 'diagnose',
    summary: 'Refused messages, newest first, for engineers',
  },
  addGateway: {
    method: 'POST',
    path: '/api/v1/logins',
    access: 'connect',
    summary: 'A gateway or reader login; its secret is shown once',
  },
  removeGateway: {
    method: 'DELETE',
    path: '/api/v1/logins/:id',
    access: 'connect',
    summary: 'Revoke a gateway or reader login',
  },
  login: {
    method: 'POST',
    path: '/api/v1/session',
    access: 'public',
    summary: 'Sign in by the one-time link or by name and password; answers with the session cookie',
  },
  session: { method: 'GET', path: '/api/v1/session', access: 'known', summary: 'Who is signed in' },
  logout: { method: 'DELETE', path: '/api/v1/session', access: 'known', summary: 'Sign out' },
  changePassword: {
    method: 'POST',
    path: '/api/v1/session/password',
    access: 'known',
    only: 'person',
    summary: 'Change one’s own password; other sessions of the person end',
  },
  loginLink: {
    method: 'POST',
    path: '/api/v1/session/link',
    access: 'sign_in_link',
    only: 'bearer',
    summary: 'Another one-time link',
  },
  listUsers: {
    method: 'GET',
    path: '/api/v1/users',
    access: 'manage_users',
    summary: 'People who sign in with a password',
  },
  addUser: {
    method: 'POST',
    path: '/api/v1/users',
    access: 'manage_users',
    summary: 'Add a person; a password that the center makes up is shown once',
  },
  changeUser: {
    method: 'PATCH',
    path: '/api/v1/users/:id',
    access: 'manage_users',
    summary: 'Change name, role or password of a person, disable or enable them',
  },
  removeUser: {
    method: 'DELETE',
    path: '/api/v1/users/:id',
    access: 'manage_users',
    summary: 'Remove a person; their sessions end',
  },
  listTokens: {
    method: 'GET',
    path: '/api/v1/tokens',
    access: 'manage_tokens',
    summary: 'Tokens of programs',
  },
  addToken: {
    method: 'POST',
    path: '/api/v1/tokens',
    access: 'manage_tokens',
    summary: 'A token for a program; it is shown once',
  },
  removeToken: {
    method: 'DELETE',
    path: '/api/v1/tokens/:id',
    access: 'manage_tokens',
    summary: 'Revoke a token; it ends at once',
  },
  live: { method: 'GET', path: '/api/v1/live', access: 'read', summary: 'Live feed (WebSocket)' },
  openapi: { method: 'GET', path: '/api/openapi.json', access: 'read', summary: 'This description' },
  docs: {
    method: 'GET',
    path: '/api/docs/*',
    access: 'read',
    summary: 'The description as a page to read',
  },
  healthLive: { method: 'GET', path: '/health/live', access: 'public', summary: 'The process answers' },
  healthReady: {
    method: 'GET',
    path: '/health/ready',
    access: 'public',
    summary: 'It can take and store telemetry',
  },
  metrics: { method: 'GET', path: '/metrics', access: 'metrics', summary: 'Prometheus metrics' },
  dashboard: { method: 'GET', path: '/*', access: 'public', summary: 'The dashboard’s files' },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof ROUTES;
