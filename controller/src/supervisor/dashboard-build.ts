/** Builds the dashboard when its sources changed since the last build, told by a hash beside the result. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { glob, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const SOURCES = [
  'dashboard/src/**/*',
  'dashboard/index.html',
  'dashboard/public/**/*',
  'dashboard/vite.config.ts',
  'dashboard/package.json',
  'controller/api/src/**/*.ts',
  'broker/contract/src/**/*.ts',
  'pnpm-lock.yaml',
];

async function hashSources(root: string): Promise<string> {
  const hash = createHash('sha256');
  const paths: string[] = [];
  for await (const entry of glob(SOURCES, { cwd: root, withFileTypes: true })) {
    if (entry.isFile()) paths.push(join(entry.parentPath, entry.name));
  }
  for (const path of paths.toSorted()) hash.update(path.slice(root.length)).update(await readFile(path));
  return hash.digest('hex');
}

export type Build = 'fresh' | 'built' | 'failed';

/** Builds into `dashboard/dist` if needed. Never throws: without a dashboard the center still controls. */
export async function buildDashboard(root: string, say: (text: string) => void): Promise<Build> {
  const stamp = join(root, 'dashboard/dist/.sources');
  const hash = await hashSources(root);
  const built = existsSync(stamp) ? await readFile(stamp, 'utf8') : '';
  if (built === hash) return 'fresh';
  say('building the dashboard');
  const vite = join(root, 'dashboard/node_modules/vite/bin/vite.js');
  const code = await new Promise<number>((resolve) => {
    const build = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
      cwd: join(root, 'dashboard'),
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    build.once('error', () => resolve(1));
    build.once('exit', (exit) => resolve(exit ?? 1));
  });
  if (code !== 0) {
    say('the dashboard could not be built; see the messages above. The center runs without it.');
    return 'failed';
  }
  await writeFile(stamp, hash);
  return 'built';
}
