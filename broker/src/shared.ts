/** What the connections of one broker have in common. */
import type { WaitingTotal } from './acks.ts';
import type { AedesCore } from './aedes-core.ts';
import type { Connection } from './connection.ts';
import type { Greeting } from './greeting.ts';
import type { BrokerHandlers, BrokerLog } from './handlers.ts';
import type { BrokerLimits } from './limits.ts';
import type { Counters } from './metrics.ts';
import type { Notices } from './notices.ts';
import type { Flusher } from './output.ts';
import type { Readers } from './readers.ts';
import type { Sessions } from './sessions.ts';
import type { Subscriptions } from './subscriptions.ts';

export interface Shared {
  readonly handlers: BrokerHandlers;
  readonly limits: BrokerLimits;
  readonly log: BrokerLog;
  /** Monotonic time in ms. */
  readonly now: () => number;
  /** Whether the splitter itself serves stations and gateways; false: aedes serves every subscription. */
  readonly serves: boolean;
  readonly notices: Notices;
  readonly counters: Counters;
  readonly waiting: WaitingTotal;
  readonly flusher: Flusher;
  readonly sessions: Sessions;
  readonly subscriptions: Subscriptions;
  readonly core: AedesCore;
  readonly readers: Readers;
  /** Sockets that have not said CONNECT. */
  readonly greetings: Set<Greeting>;
  readonly connections: Set<Connection>;
  /** Those of them whose CONNECT is not answered. */
  readonly pending: Set<Connection>;
}
