/** Test fixture: users, tokens and the log of the fake center. */
import { actionsOf } from '@heat-center/api/access.ts';
import type { Role } from '@heat-center/api/access.ts';
import type { AuditEntryView } from '@heat-center/api/audit.ts';
import type { SessionView } from '@heat-center/api/session.ts';
import { tokenRegistration } from '@heat-center/api/tokens.ts';
import type { TokenView } from '@heat-center/api/tokens.ts';
import { userRegistration } from '@heat-center/api/users.ts';
import type { UserView } from '@heat-center/api/users.ts';

const HOUR = 3_600_000;

export const fakeSession = (role: Role): SessionView => ({
  name: 'li.wei',
  full_name: 'Li Wei',
  kind: 'person',
  role,
  may: actionsOf(role),
  expires_at: null,
});

const user = (id: string, role: Role, more: Partial<UserView> = {}): UserView => ({
  id,
  full_name: null,
  role,
  disabled: false,
  created_at: Date.now() - 900 * HOUR,
  signed_in_at: Date.now() - 2 * HOUR,
  sessions: 1,
  ...more,
});

const USERS: UserView[] = [
  user('li.wei', 'administrator', { full_name: 'Li Wei' }),
  user('wang.fang', 'operator', { full_name: 'Wang Fang', sessions: 2 }),
  user('zhao', 'engineer', { signed_in_at: Date.now() - 400 * HOUR, sessions: 0 }),
  user('old.hand', 'viewer', { disabled: true, sessions: 0, signed_in_at: null }),
];

const token = (name: string, role: Role, days: number): TokenView => ({
  id: `t-${name}`,
  name,
  role,
  scope: name === 'grafana' ? ['read', 'metrics'] : null,
  created_at: Date.now() - 100 * HOUR,
  created_by: 'li.wei',
  expires_at: Date.now() + days * 24 * HOUR,
  used_at: days > 0 ? Date.now() - HOUR : null,
});
const TOKENS: TokenView[] = [token('grafana', 'viewer', 60), token('old-export', 'viewer', -3)];

const CHANGES: readonly Pick<AuditEntryView, 'by' | 'action' | 'subject' | 'before' | 'after'>[] = [
  { by: 'li.wei', action: 'login', subject: 'center', before: null, after: null },
  {
    by: 'wang.fang',
    action: 'wish',
    subject: 'yingze-1',
    before: null,
    after: '{"asked":{"kind":"setpoints","circuit":"low","supply_c":58,"hold_s":14400}}',
  },
  {
    by: 'li.wei',
    action: 'change_user',
    subject: 'zhao',
    before: '{"role":"operator","disabled":false}',
    after: '{"role":"engineer","disabled":false}',
  },
  { by: 'nobody', action: 'login_refused', subject: 'center', before: null, after: '{"status":401}' },
];

function fakeAudit(query: URLSearchParams) {
  const entries = Array.from({ length: 40 }, (_, index): AuditEntryView => {
    const change = CHANGES[index % CHANGES.length] ?? {
      by: '',
      action: '',
      subject: '',
      before: null,
      after: null,
    };
    return { n: 400 - index, at: Date.now() - index * 17 * 60_000, ...change };
  });
  const fits = (entry: AuditEntryView) =>
    (['by', 'action', 'subject'] as const).every((key) => (query.get(key) ?? entry[key]) === entry[key]);
  return { entries: entries.filter(fits), next: 360 };
}

interface Asked {
  readonly method: string;
  readonly name: string;
  readonly text: string;
  readonly query: URLSearchParams;
}

/** Undefined for what is not about people. */
export function fakePeople({ method, name, text, query }: Asked) {
  if (name === 'audit') return { status: 200, json: fakeAudit(query) };
  if (name === 'users') {
    if (method === 'GET') return { status: 200, json: { users: USERS } };
    if (method !== 'POST') return { status: 200, json: USERS[1] };
    const { id, role } = userRegistration.parse(JSON.parse(text));
    const added = user(id, role, { signed_in_at: null, sessions: 0 });
    USERS.push(added);
    return { status: 201, json: { ...added, password: 'k7mqx-3hvta-9wz2c-pd5ue' } };
  }
  if (name === 'tokens') {
    if (method === 'GET') return { status: 200, json: { tokens: TOKENS } };
    if (method !== 'POST') return { status: 204, json: null };
    const asked = tokenRegistration.parse(JSON.parse(text));
    const added = token(asked.name, asked.role, asked.valid_days);
    TOKENS.push(added);
    return { status: 201, json: { ...added, token: 'hc_5Qm0c3JrX2V0c2VjcmV0dG9rZW4' } };
  }
  return undefined;
}
