/** Who may do what: roles, and the actions that each route of the table stands for. */
import { z } from 'zod';

/** From the least to the most: each role may do all that those before it may. */
export const ROLES = ['viewer', 'operator', 'engineer', 'administrator'] as const;
export const role = z.enum(ROLES);
export type Role = z.infer<typeof role>;

/** Every action with the least role that may do it. */
export const ACTIONS = {
  /** Stations, history, commands, the live feed, the description of the API. */
  read: 'viewer',
  /** Figures of the process for a machine that watches. */
  metrics: 'viewer',
  /** Wishes: setpoints, cancel, release, select and operate. */
  command: 'operator',
  /** Say for a time what a short source can give, and end that. */
  limit_source: 'operator',
  /** Who changed what and when. */
  audit: 'engineer',
  /** Refused messages and what they held. */
  diagnose: 'engineer',
  /** Settings of stations. */
  configure: 'engineer',
  /** Stations and MQTT logins: added, removed, given new secrets. */
  connect: 'engineer',
  /** Continue above the epoch that stations obey. */
  confirm_epoch: 'engineer',
  /** Take a backup: it holds every secret's hash and all history. */
  backup: 'administrator',
  manage_users: 'administrator',
  manage_tokens: 'administrator',
  /** Print a link that signs an administrator in. */
  sign_in_link: 'administrator',
} as const satisfies Record<string, Role>;
export type Action = keyof typeof ACTIONS;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a constant
const names = Object.keys(ACTIONS) as [Action, ...Action[]];
export const action = z.enum(names);

/** What a role may do; with a scope only what lies in both. */
export function actionsOf(who: Role, scope: readonly Action[] | null = null): Action[] {
  const rank = ROLES.indexOf(who);
  return names.filter(
    (name) => ROLES.indexOf(ACTIONS[name]) <= rank && (scope === null || scope.includes(name)),
  );
}
