/** Which connection belongs to which identity, and which stations are within reach. */
import type { Identity } from '@heat-center/contract/topics.ts';

export interface Session {
  end(reason: 'taken_over' | 'revoked'): void;
}

export class Sessions {
  readonly #byIdentity = new Map<string, Session>();
  /** Open connections of each station: its own and its gateway's may overlap. */
  readonly #reach = new Map<string, number>();
  readonly #onSession: (station: string, connected: boolean) => void;

  constructor(onSession: (station: string, connected: boolean) => void) {
    this.#onSession = onSession;
  }

  /** Makes it the only one of its identity: an earlier one is ended (MQTT-3.1.4-2). */
  claim(identity: Identity, session: Session): void {
    const earlier = this.#byIdentity.get(identity.id);
    this.#byIdentity.set(identity.id, session);
    earlier?.end('taken_over');
  }

  opened(identity: Identity): void {
    for (const station of identity.stations) {
      const connections = (this.#reach.get(station) ?? 0) + 1;
      this.#reach.set(station, connections);
      if (connections === 1) this.#onSession(station, true);
    }
  }

  /** Only for what was opened. */
  closed(identity: Identity): void {
    for (const station of identity.stations) {
      const connections = (this.#reach.get(station) ?? 1) - 1;
      if (connections > 0) {
        this.#reach.set(station, connections);
        continue;
      }
      this.#reach.delete(station);
      this.#onSession(station, false);
    }
  }

  /** Gives up what was claimed, unless a later session has it already. */
  release(identity: Identity, session: Session): void {
    if (this.#byIdentity.get(identity.id) === session) this.#byIdentity.delete(identity.id);
  }

  end(identityId: string): void {
    this.#byIdentity.get(identityId)?.end('revoked');
  }
}
