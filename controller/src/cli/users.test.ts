/** People and tokens from the command line, against a real app on a real port. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CLI, httpFixture, type Fixture } from '../testing/http-fixture.ts';
import { signIn } from '../testing/people.ts';
import { EXIT, runCli } from './program.ts';

let dir: string;
let http: Fixture;
let printed: string[];
let complained: string[];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'heat-cli-users-'));
  http = await httpFixture();
  await http.app.listen({ host: '127.0.0.1', port: 0 });
  const run = {
    pid: process.pid,
    supervisor_pid: process.pid,
    http: { host: '127.0.0.1', port: Number(new URL(http.url()).port), url: http.url() },
    mqtt: { host: '127.0.0.1', port: 1883 },
  };
  await writeFile(join(dir, 'run.json'), JSON.stringify(run));
  await writeFile(join(dir, 'cli-token'), `${CLI}\n`);
});
afterEach(async () => {
  await http.close();
  await rm(dir, { recursive: true });
});

function heat(...args: string[]): Promise<number> {
  printed = [];
  complained = [];
  const output = {
    print: (line: string) => printed.push(line),
    complain: (line: string) => complained.push(line),
  };
  return runCli(args, { HEAT_CENTER_DATA_DIR: dir }, output);
}
const shown = (name: string): string =>
  printed.find((line) => line.startsWith(`${name}  `))?.replace(/^\w+ +/, '') ?? '';

describe('pnpm heat users', () => {
  it('adds, lists, changes, disables, enables and removes a person', async () => {
    expect(await heat('users', 'add', 'li', '--role', 'operator', '--full-name', 'Li Na')).toBe(EXIT.ok);
    const first = shown('password');
    await signIn(http, 'li', first);
    expect(await heat('users', 'list')).toBe(EXIT.ok);
    expect(printed[1]).toMatch(/^li +Li Na +operator +1 sessions/);

    const file = join(dir, 'password');
    await writeFile(file, 'seven warm radiators\nnot this line\n');
    expect(await heat('users', 'passwd', 'li', '--password-file', file)).toBe(EXIT.ok);
    expect(printed).toEqual(['changed; every session of the person has ended']);
    await expect(signIn(http, 'li', first)).rejects.toThrow('wrong_credentials');
    await signIn(http, 'li');
    expect(await heat('users', 'passwd', 'li')).toBe(EXIT.ok);
    await signIn(http, 'li', shown('password'));

    expect(await heat('users', 'role', 'li', 'engineer')).toBe(EXIT.ok);
    expect(await heat('users', 'disable', 'li')).toBe(EXIT.ok);
    await heat('users', 'list');
    expect(printed[1]).toMatch(/engineer +disabled/);
    expect(await heat('users', 'enable', 'li')).toBe(EXIT.ok);
    expect(await heat('users', 'remove', 'li')).toBe(EXIT.ok);
    await heat('users', 'list');
    expect(printed).toHaveLength(1);
  });

  it('says what is wrong', async () => {
    expect(await heat('users', 'add', 'li')).toBe(EXIT.usage);
    expect(await heat('users', 'add', 'li', '--role', 'emperor')).toBe(EXIT.usage);
    expect(await heat('users', 'disable', 'nobody-here')).toBe(EXIT.failed);
    expect(complained[0]).toContain('There is nobody named nobody-here.');
    const file = join(dir, 'password');
    await writeFile(file, 'aaaaaaaaaaaaaaaa\n');
    expect(await heat('users', 'add', 'li', '--role', 'viewer', '--password-file', file)).toBe(EXIT.failed);
    expect(complained[0]).toContain('different characters');
  });
});

describe('pnpm heat tokens', () => {
  it('makes, lists and revokes a token', async () => {
    const args = ['--role', 'viewer', '--scope', 'read', 'metrics', '--days', '7'];
    expect(await heat('tokens', 'add', 'grafana', ...args)).toBe(EXIT.ok);
    const headers = { authorization: `Bearer ${shown('token')}` };
    const ask = async () => (await fetch(`${http.url()}/api/v1/session`, { headers })).status;
    expect(await ask()).toBe(200);
    expect(await heat('tokens', 'list')).toBe(EXIT.ok);
    expect(printed[1]).toMatch(/^grafana +viewer +read,metrics +until \d{4}-\d\d-\d\d/);
    expect(await heat('tokens', 'revoke', 'grafana')).toBe(EXIT.ok);
    expect(await ask()).toBe(401);
    expect(await heat('tokens', 'revoke', 'grafana')).toBe(EXIT.failed);
    expect(await heat('tokens', 'add', 'x', '--role', 'viewer', '--scope', 'everything')).toBe(EXIT.usage);
  });
});
