/** Refusing what the contract does not permit: counted by identity, and told in the log now and then. */
import { maySubscribe } from '@heat-center/contract/topics.ts';
import type { Connection } from './connection.ts';

/** Whether the connection's identity may subscribe; a refusal is counted. */
export function permitsSubscribe(connection: Connection, filter: string): boolean {
  const { identity } = connection;
  if (identity && maySubscribe(identity, filter)) return true;
  countDenial(connection, 'subscribe', filter);
  return false;
}

export function countDenial(
  connection: Connection,
  what: 'publish' | 'subscribe' | 'will',
  topic: string,
): void {
  const { identity, shared, address } = connection;
  shared.counters.deny(what, identity?.id ?? '');
  const detail = { identity: identity?.id, address, topic: topic.slice(0, 200) };
  shared.notices.warn(what, detail, `not permitted: ${what}`);
}
