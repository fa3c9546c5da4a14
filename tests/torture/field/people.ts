/** People and programs that turn to a center whose disk is full: who is known is answered, a change is refused as such. */
import type { CenterProcess } from '../../support/center.ts';
import { openLiveFeed, type LiveFeed } from '../../support/live-feed.ts';

export interface People {
  /** Somebody who is refused: the audit log gets a record, and the registry, soon after, its anchor. */
  knock(): Promise<void>;
  /** Asks, signs in and changes something; what was not answered as it should be, one line each. */
  ask(): Promise<string[]>;
  /** Lets go of the screen. */
  leave(): void;
}

const ANSWERED: readonly number[] = [200];
/** Whether a write still finds a page is the disk's to say. */
const CHANGED_OR_REFUSED: readonly number[] = [200, 201, 503];

/** Adds a person, and a token whose first use, which is written down, is still to come. */
export async function invite(center: CenterProcess, name: string): Promise<People> {
  const user = `on-duty-${name}`;
  const { password } = await center.call<{ password: string }>('POST', '/api/v1/users', {
    id: user,
    role: 'operator',
  });
  const { token } = await center.call<{ token: string }>('POST', '/api/v1/tokens', { name, role: 'viewer' });
  let screen: LiveFeed | undefined;
  let logins = 0;

  async function signIn(secret: string): Promise<number> {
    const response = await fetch(`${center.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user, password: secret }),
    });
    return response.status;
  }
  async function read(): Promise<number> {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${center.url}/api/v1/stations`, { headers })).status;
  }
  async function addLogin(): Promise<number> {
    logins += 1;
    const body = { id: `while-full-${name}-${logins}`, kind: 'reader' };
    return (await center.ask('POST', '/api/v1/logins', body)).status;
  }

  return {
    async knock() {
      await signIn('not the password');
    },
    async ask() {
      screen ??= openLiveFeed(center, { token });
      const asked = [
        { what: 'stations are read', expected: ANSWERED, status: await read() },
        { what: 'a person signs in', expected: CHANGED_OR_REFUSED, status: await signIn(password) },
        { what: 'a login is added', expected: CHANGED_OR_REFUSED, status: await addLogin() },
      ];
      const wrong = asked.filter(({ expected, status }) => !expected.includes(status));
      return wrong.map(({ what, expected, status }) => `${what}: ${status} instead of ${expected.join('|')}`);
    },
    leave: () => screen?.close(),
  };
}
