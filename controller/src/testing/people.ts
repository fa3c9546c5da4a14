/** People and programs of the tests: added over the API, signed in by their passwords. */
import type { Role } from '@heat-center/api/access.ts';
import { SCHEMAS } from '@heat-center/api/schemas.ts';
import type { TokenRegistration } from '@heat-center/api/tokens.ts';
import type { Fixture } from './http-fixture.ts';

export const PASSWORD = 'seven warm radiators';

/** A new session's cookie. */
export async function signIn(http: Fixture, user: string, password: string = PASSWORD): Promise<string> {
  const payload = { user, password };
  const answer = await http.app.inject({ method: 'POST', url: '/api/v1/session', payload });
  if (answer.statusCode !== 200) throw new Error(answer.body);
  return String(answer.headers['set-cookie']).split(';')[0] ?? '';
}

export async function addPerson(http: Fixture, id: string, role: Role): Promise<void> {
  const payload = { id, role, password: PASSWORD };
  const answer = await http.ask({ method: 'POST', url: '/api/v1/users', payload });
  if (answer.statusCode !== 201) throw new Error(answer.body);
}

/** The cookie of whoever opened the printed link. */
export async function openLink(http: Fixture): Promise<string> {
  const token = new URL(http.loginLink().url).hash.replace('#login=', '');
  const answer = await http.app.inject({ method: 'POST', url: '/api/v1/session', payload: { token } });
  return String(answer.headers['set-cookie']).split(';')[0] ?? '';
}

export async function addToken(
  http: Fixture,
  asked: Partial<TokenRegistration> & Pick<TokenRegistration, 'name' | 'role'>,
): Promise<{ id: string; token: string }> {
  const answer = await http.ask({ method: 'POST', url: '/api/v1/tokens', payload: asked });
  return SCHEMAS.addToken.response[201].parse(answer.json());
}
