/** Who a connection is, and what that permits. */
import { mayPublish, STATION_CHANNELS, topicOf } from '@heat-center/contract/topics.ts';
import type { Identity, ParsedTopic } from '@heat-center/contract/topics.ts';
import { LOGIN } from './aedes-core.ts';
import type { Login, LoginResult } from './aedes-core.ts';
import type { Connection } from './connection.ts';
import { countDenial } from './permissions.ts';

/** Checks the secret and that the client id is the login's own; an earlier connection of the identity ends. */
export function logIn(connection: Connection, login: Login): LoginResult {
  const { shared, address } = connection;
  const { clientId, username } = login;
  const identity = identify(connection, login);
  const result = judge(identity, clientId, shared.serves);
  if (!identity || result !== LOGIN.accepted) {
    shared.notices.warn(
      'login',
      { username: username?.slice(0, 64), address, code: result },
      'login refused',
    );
    shared.handlers.onRefusedLogin?.({
      name: (connection.certified ?? username ?? '').slice(0, 64),
      address,
    });
    return result;
  }
  connection.identity = identity;
  dropForeignWill(connection, identity);
  shared.sessions.claim(identity, connection);
  return LOGIN.accepted;
}

function identify({ shared, certified }: Connection, { username, password }: Login): Identity | undefined {
  if (certified !== undefined) {
    // Whoever shows a certificate is the one that it names, and nobody else.
    return username === undefined || username === certified
      ? shared.handlers.certified?.(certified)
      : undefined;
  }
  const known = username !== undefined && password !== undefined;
  return known ? shared.handlers.authenticate(username, password) : undefined;
}

function judge(identity: Identity | undefined, clientId: string, serves: boolean): LoginResult {
  if (!identity) return LOGIN.badSecret;
  if (clientId !== identity.id) return LOGIN.identifierRejected;
  // Where the splitter serves, the center is this very process: nobody else speaks for it.
  return identity.kind === 'center' && serves ? LOGIN.notAuthorized : LOGIN.accepted;
}

function dropForeignWill(connection: Connection, identity: Identity): void {
  const { will } = connection;
  if (!will || mayPublish(identity, will.topic, will.retain ?? false)) return;
  connection.will = undefined;
  countDenial(connection, 'will', will.topic);
}

/** All topics that a station or gateway may publish to; empty for others. */
export function ownTopics(identity: Identity): Map<string, ParsedTopic> {
  const topics = new Map<string, ParsedTopic>();
  for (const station of identity.stations) {
    for (const channel of STATION_CHANNELS) {
      const topic = topicOf(station, channel);
      if (mayPublish(identity, topic, false)) topics.set(topic, { station, channel });
    }
  }
  return topics;
}
