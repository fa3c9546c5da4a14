/** Commands about people and tokens. */
import { readFileSync } from 'node:fs';
import { SCHEMAS } from '@heat-center/api/schemas.ts';
import { HeatError } from '@heat-center/contract/errors.ts';
import { z } from 'zod';
import { newPassword } from '../access/secrets.ts';
import { connect, type Variables } from './client.ts';
import { ago, table, type Output } from './output.ts';

const STDIN = 0;
const SHOWN_ONCE = 'It is shown this once; the center keeps only its hash.';

interface About {
  readonly id: string;
  readonly options: unknown;
}

const userOptions = z.object({
  role: z.string().optional(),
  fullName: z.string().optional(),
  passwordFile: z.string().optional(),
});
const tokenOptions = z.object({
  role: z.string(),
  scope: z.array(z.string()).optional(),
  days: z.coerce.number(),
});

/** Passwords are not taken as arguments: those stand in the history of the shell and in the list of processes. */
function passwordOf(file: string): string {
  try {
    return readFileSync(file === '-' ? STDIN : file, 'utf8').split(/\r?\n/, 1)[0] ?? '';
  } catch {
    throw new HeatError('invalid_request', `The password cannot be read from ${file}.`);
  }
}

export async function listUsers(env: Variables, { print }: Output): Promise<void> {
  const client = await connect(env);
  const { users } = SCHEMAS.listUsers.response[200].parse(await client.call('listUsers'));
  const rows = users.map((user) => [
    user.id,
    user.full_name ?? '',
    user.role,
    user.disabled ? 'disabled' : `${user.sessions} sessions`,
    ago(user.signed_in_at, Date.now()),
  ]);
  for (const line of table([['name', 'full name', 'role', 'state', 'signed in'], ...rows])) print(line);
}

export async function addUser(env: Variables, { print }: Output, { id, options }: About): Promise<void> {
  const { role, fullName, passwordFile } = userOptions.parse(options);
  const body = {
    id,
    role,
    ...(fullName === undefined ? {} : { full_name: fullName }),
    ...(passwordFile === undefined ? {} : { password: passwordOf(passwordFile) }),
  };
  const client = await connect(env);
  const added = SCHEMAS.addUser.response[201].parse(await client.call('addUser', { body }));
  print(`name      ${added.id}`);
  if (added.password === undefined) return;
  print(`password  ${added.password}`);
  print(SHOWN_ONCE);
}

export async function setPassword(env: Variables, { print }: Output, { id, options }: About): Promise<void> {
  const { passwordFile } = userOptions.parse(options);
  const password = passwordFile === undefined ? newPassword() : passwordOf(passwordFile);
  const client = await connect(env);
  await client.call('changeUser', { params: { id }, body: { password } });
  print('changed; every session of the person has ended');
  if (passwordFile !== undefined) return;
  print(`password  ${password}`);
  print(SHOWN_ONCE);
}

export async function changeUser(
  env: Variables,
  { print }: Output,
  { id, body }: { id: string; body: object },
): Promise<void> {
  const client = await connect(env);
  await client.call('changeUser', { params: { id }, body });
  print('changed');
}

export async function removeUser(env: Variables, { print }: Output, id: string): Promise<void> {
  const client = await connect(env);
  await client.call('removeUser', { params: { id } });
  print('removed');
}

export async function listTokens(env: Variables, { print }: Output): Promise<void> {
  const client = await connect(env);
  const { tokens } = SCHEMAS.listTokens.response[200].parse(await client.call('listTokens'));
  const now = Date.now();
  const rows = tokens.map((token) => [
    token.name,
    token.role,
    token.scope?.join(',') ?? 'everything of the role',
    token.expires_at > now ? `until ${new Date(token.expires_at).toISOString().slice(0, 10)}` : 'ended',
    ago(token.used_at, now),
  ]);
  for (const line of table([['name', 'role', 'scope', 'stands', 'used'], ...rows])) print(line);
}

export async function addToken(
  env: Variables,
  { print }: Output,
  { name, options }: { name: string; options: unknown },
): Promise<void> {
  const { role, scope, days } = tokenOptions.parse(options);
  const body = { name, role, valid_days: days, ...(scope === undefined ? {} : { scope }) };
  const client = await connect(env);
  const { token } = SCHEMAS.addToken.response[201].parse(await client.call('addToken', { body }));
  print(`token  ${token}`);
  print(SHOWN_ONCE);
}

export async function removeToken(env: Variables, { print }: Output, name: string): Promise<void> {
  const client = await connect(env);
  const { tokens } = SCHEMAS.listTokens.response[200].parse(await client.call('listTokens'));
  const found = tokens.find((token) => token.name === name);
  if (!found) throw new HeatError('not_found', `There is no token ${name}.`);
  await client.call('removeToken', { params: { id: found.id } });
  print('revoked');
}
