/** What is installed is what was looked at: exact versions, a lock file that knows every one, and a bill of materials. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const ROOT = new URL('../..', import.meta.url).pathname;
const text = (path: string): string => readFileSync(ROOT + path, 'utf8');

const manifestSchema = z.object({
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});

const MANIFESTS = execFileSync('git', ['ls-files', '--', 'package.json', '*/package.json'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '');

function wanted(path: string): Map<string, string> {
  const { dependencies, devDependencies, optionalDependencies } = manifestSchema.parse(
    JSON.parse(text(path)),
  );
  return new Map(Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }));
}

const LOCK = text('pnpm-lock.yaml');

/** What the lock file holds for the package in a folder: name → what was asked for and what is installed. */
function locked(folder: string): Map<string, { specifier: string; version: string }> {
  const importers = LOCK.slice(LOCK.indexOf('\nimporters:'), LOCK.indexOf('\npackages:'));
  const block = importers.split(/^ {2}(?=\S)/m).find((part) => part.startsWith(`${folder}:`)) ?? '';
  const entries = block.matchAll(/^ {6}'?([^'\n]+?)'?:\n {8}specifier: (.+)\n {8}version: (.+)$/gm);
  return new Map(
    [...entries].map(([, name = '', specifier = '', version = '']) => [name, { specifier, version }]),
  );
}

const folderOf = (manifest: string): string => manifest.replace(/\/?package\.json$/, '') || '.';

describe('supply chain', () => {
  it('every manifest names exact versions', () => {
    const loose = MANIFESTS.flatMap((path) =>
      [...wanted(path)]
        .filter(([, version]) => !/^(workspace:\*|(npm:[\w@/.-]+@)?\d+\.\d+\.\d+(-[\w.-]+)?)$/.test(version))
        .map(([name, version]) => `${path}: ${name}@${version}`),
    );
    expect(loose).toEqual([]);
  });

  it('the lock file holds exactly what the manifests ask for', () => {
    for (const path of MANIFESTS) {
      const asked = wanted(path);
      const held = locked(folderOf(path));
      expect(new Map([...held].map(([name, { specifier }]) => [name, specifier])), path).toEqual(asked);
      for (const [name, { specifier, version }] of held) {
        const exact = specifier.replace(/^npm:/, '');
        const isSame =
          specifier === 'workspace:*' ? version.startsWith('link:') : version.split('(')[0] === exact;
        expect(isSame, `${path}: ${name} ${specifier} is locked as ${version}`).toBe(true);
      }
    }
  });

  it('every package comes from the registry with its checksum, none from an address or a repository', () => {
    const resolutions = LOCK.match(/^ {4}resolution: .+$/gm) ?? [];
    expect(resolutions.length).toBeGreaterThan(100);
    expect(
      resolutions.filter((line) => !/^ {4}resolution: \{integrity: sha512-[\w+/]+=*\}$/.test(line)),
    ).toEqual([]);
  });

  it('a bill of materials names every package that runs', () => {
    const pnpm = process.env.npm_execpath;
    if (pnpm === undefined || !pnpm.includes('pnpm')) {
      console.warn('SKIPPED: the bill of materials needs pnpm: run this by `pnpm test`');
      return;
    }
    const [command, first] = /\.[cm]?js$/.test(pnpm) ? [process.execPath, [pnpm]] : [pnpm, []];
    const args = [...first, 'sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--prod'];
    const written = execFileSync(command, args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 * 2 ** 20 });
    const { components } = z
      .object({ bomFormat: z.literal('CycloneDX'), components: z.array(z.looseObject({ purl: z.string() })) })
      .parse(JSON.parse(written.slice(written.indexOf('{'))));
    const named = new Set(components.map(({ purl }) => decodeURIComponent(purl.split('?')[0] ?? '')));
    const { dependencies } = manifestSchema.parse(JSON.parse(text('controller/package.json')));
    const missing = Object.entries(dependencies)
      .filter(([, version]) => version !== 'workspace:*')
      .filter(([name, version]) => !named.has(`pkg:npm/${name}@${version}`));
    expect(missing).toEqual([]);
  });
});
