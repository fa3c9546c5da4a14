/** What the center itself tells the audit log; nothing of it waits for the log, or ends with it. */
import type { Clock } from '../center/clock.ts';
import type { Logger } from '../log.ts';
import type { AuditEntry, AuditTrail } from './port.ts';

export interface Teller {
  readonly audit: AuditTrail;
  readonly clock: Clock;
  readonly log: Logger;
}

type Told = Pick<AuditEntry, 'by' | 'action'> & { readonly after: object };

const entryOf = ({ clock }: Teller, { by, action, after }: Told): AuditEntry => ({
  at: clock.now(),
  by,
  action,
  subject: 'center',
  before: null,
  after: JSON.stringify(after),
});

const complain =
  ({ log }: Teller) =>
  (error: unknown): void =>
    log.error({ error }, 'the audit log cannot be written');

/** A start or an end of the center. */
export async function noteLife(teller: Teller, action: 'start' | 'stop', after: object): Promise<void> {
  await teller.audit.record(entryOf(teller, { by: 'center', action, after })).catch(complain(teller));
}

/** The sharing of a short source began, eased or ended. */
export function noteSharing(teller: Teller, before: object, after: object): void {
  const entry = entryOf(teller, { by: 'center', action: 'share_source', after });
  teller.audit.record({ ...entry, before: JSON.stringify(before) }).catch(complain(teller));
}

/** A station, or a stranger, whose MQTT login was refused. */
export function noteRefusedLogin(teller: Teller, { name, address }: { name: string; address: string }): void {
  const by = name === '' ? 'nobody' : name;
  const entry = entryOf(teller, { by, action: 'login_refused', after: { mqtt: true, from: address } });
  teller.audit.refused(entry).catch(complain(teller));
}
