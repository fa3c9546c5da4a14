/** The repository's own rules: what may import what, what stays pure, who owns the chart library, units in names. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { POINTS, type Unit } from '@heat-center/contract/points.ts';
import { describe, expect, it } from 'vitest';

const ROOT = new URL('../..', import.meta.url).pathname;

/** What git holds or would take, so that data folders and builds do not count. */
const FILES = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '');

const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path) || /\/test(ing)?\//.test(path);
const SOURCES = FILES.filter((path) => /\.tsx?$/.test(path));
const text = (path: string): string => {
  try {
    return readFileSync(ROOT + path, 'utf8');
  } catch {
    return '';
  }
};

function importsOf(path: string): string[] {
  const found = text(path).matchAll(/\b(?:from\s+|import\s+|import\(\s*)['"]([^'"\s]+)['"]/g);
  return [...found].map((match) => match[1]!);
}

const PACKAGES = ['contract', 'broker', 'api', 'controller', 'dashboard', 'simulators', 'tests'] as const;
type Package = (typeof PACKAGES)[number];

function packageOf(path: string): Package | undefined {
  if (path.startsWith('broker/contract/')) return 'contract';
  if (path.startsWith('controller/api/')) return 'api';
  return PACKAGES.find((name) => path.startsWith(`${name}/`));
}

/** The arrows between packages: whom each may import. */
const ARROWS: Record<Package, readonly Package[]> = {
  contract: [],
  broker: ['contract'],
  api: [],
  controller: ['contract', 'broker', 'api'],
  dashboard: ['contract', 'api'],
  simulators: ['contract'],
  tests: PACKAGES,
};

/** Resolves `../x` to the package it lies in, `@heat-center/x/…` to x. */
function targetOf(path: string, specifier: string): Package | undefined {
  const own = /^@heat-center\/([a-z]+)/.exec(specifier)?.[1];
  if (own) return PACKAGES.find((name) => name === own);
  if (!specifier.startsWith('.')) return undefined;
  return packageOf(new URL(specifier, `file:///${path}`).pathname.slice(1));
}

const violations = (
  paths: readonly string[],
  forbidden: (path: string, specifier: string) => boolean,
): string[] =>
  paths.flatMap((path) =>
    importsOf(path)
      .filter((specifier) => forbidden(path, specifier))
      .map((specifier) => `${path} imports ${specifier}`),
  );

describe('arrows', () => {
  it('packages import only those that the design allows', () => {
    const crossed = violations(SOURCES, (path, specifier) => {
      const from = packageOf(path);
      const to = targetOf(path, specifier);
      return from !== undefined && to !== undefined && from !== to && !ARROWS[from].includes(to);
    });
    expect(crossed).toEqual([]);
  });

  it('the dashboard does not know topics, messages or decoding', () => {
    const paths = SOURCES.filter((path) => path.startsWith('dashboard/'));
    expect(paths.length).toBeGreaterThan(0);
    expect(
      violations(paths, (_, specifier) => /contract\/(topics|messages|decode|limits)\.ts$/.test(specifier)),
    ).toEqual([]);
  });

  it('domain imports only itself and the contract; the plant only itself', () => {
    const domain = SOURCES.filter((path) => path.startsWith('controller/src/domain/') && !isTest(path));
    const plant = SOURCES.filter((path) => path.startsWith('simulators/src/plant/') && !isTest(path));
    expect(domain.length).toBeGreaterThan(5);
    expect(plant.length).toBeGreaterThan(5);
    const within = (folder: string) => (path: string, specifier: string) =>
      specifier.startsWith('.')
        ? !new URL(specifier, `file:///${path}`).pathname.startsWith(`/${folder}`)
        : !specifier.startsWith('@heat-center/contract/');
    expect(violations(domain, within('controller/src/domain/'))).toEqual([]);
    expect(violations(plant, within('simulators/src/plant/'))).toEqual([]);
  });

  it('only main.ts of the controller names concrete adapters', () => {
    const paths = SOURCES.filter(
      (path) =>
        path.startsWith('controller/src/') &&
        !path.startsWith('controller/src/adapters/') &&
        !path.startsWith('controller/src/generate/') &&
        path !== 'controller/src/main.ts' &&
        !isTest(path),
    );
    const found = paths.flatMap((path) =>
      [...text(path).matchAll(/import (type )?[^;]*?from '([^']*adapters\/[^']*)'/gs)]
        .filter((match) => match[1] === undefined)
        .map((match) => `${path} imports ${match[2]}`),
    );
    expect(found).toEqual([]);
  });

  it('only dashboard/src/charts imports the chart library', () => {
    const paths = SOURCES.filter(
      (path) => path.startsWith('dashboard/') && !path.startsWith('dashboard/src/charts/'),
    );
    expect(violations(paths, (_, specifier) => specifier === 'recharts')).toEqual([]);
  });
});

describe('purity', () => {
  it('domain and plant use no clock, no chance and no waiting', () => {
    const paths = SOURCES.filter(
      (path) =>
        (path.startsWith('controller/src/domain/') || path.startsWith('simulators/src/plant/')) &&
        !isTest(path),
    );
    const impure = paths.flatMap((path) =>
      text(path)
        .split('\n')
        .filter((line) => !/^\s*(\/\/|\*|\/\*)/.test(line))
        .filter((line) =>
          /\b(Date\b|Math\.random|performance\.|setTimeout|async |await |process\.(env|argv|cwd|hrtime|uptime))/.test(
            line,
          ),
        )
        .map((line) => `${path}: ${line.trim()}`),
    );
    expect(impure).toEqual([]);
  });
});

const SUFFIXES: Record<Exclude<Unit, ''>, string> = {
  '°C': '_c',
  'm³/h': '_m3_h',
  'm³': '_m3',
  kW: '_kw',
  kWh: '_kwh',
  kPa: '_kpa',
  '%': 'pct',
};

describe('units in names', () => {
  it('every point of the catalogue ends with its unit', () => {
    const wrong = POINTS.filter(({ unit, pattern }) => unit !== '' && !pattern.endsWith(SUFFIXES[unit])).map(
      ({ pattern }) => pattern,
    );
    expect(wrong).toEqual([]);
  });

  it('numeric fields that name a physical quantity carry a unit', () => {
    const quantity =
      /^(?!.*(_c|_k|_m3_h|_m3|_kw|_kwh|_kpa|_pct|_m2|_s|_ms|_kg_s|_kg|_w|_j|_w_m2|_k_per_min|_per_h|_j_k|_w_k|_kw_k|_kwh_k|_kwh_m3k|_kj_k|_w_m2k|_kw_m3h|_h)$)\w*(temp|supply|return_|outdoor|flow|power|energy|pressure|volume|area)\w*$/;
    const paths = SOURCES.filter(
      (path) =>
        /^(controller\/src\/domain|controller\/api|simulators\/src\/plant)/.test(path) && !isTest(path),
    );
    const nameless = paths.flatMap((path) =>
      [...text(path).matchAll(/^\s*(?:readonly )?(\w+)\??: (?:number|z\.number\(\))/gm)]
        .map((match) => match[1]!)
        .filter((name) => quantity.test(name))
        .map((name) => `${path}: ${name}`),
    );
    expect(nameless).toEqual([]);
  });
});

describe('house rules', () => {
  it('no default exports but in the settings of tools', () => {
    const paths = SOURCES.filter((path) => !path.endsWith('.config.ts'));
    expect(paths.filter((path) => /^export default/m.test(text(path)))).toEqual([]);
  });

  it('no barrels: no file only passes on what others export', () => {
    const barrels = SOURCES.filter((path) => {
      const code = text(path)
        .replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
        .trim();
      return (
        code !== '' &&
        code
          .split(/;\s*/)
          .filter(Boolean)
          .every((line) => /^export (type )?[{*][^;]* from /.test(line))
      );
    });
    expect(barrels).toEqual([]);
  });

  it('source files stay small enough to have one job', () => {
    const long = SOURCES.filter((path) => !isTest(path) && !path.includes('/i18n/'))
      .map((path) => ({ path, lines: text(path).split('\n').length }))
      .filter(({ lines }) => lines > 350);
    expect(long).toEqual([]);
  });

  it('every package is under the Apache licence', () => {
    for (const path of FILES.filter((name) => name.endsWith('package.json'))) {
      const manifest = JSON.parse(text(path)) as Record<string, unknown>;
      expect(manifest.license, path).toBe('Apache-2.0');
    }
  });

  it('the top level holds what the design names and nothing else', () => {
    const top = new Set(FILES.map((path) => path.split('/')[0]!));
    const allowed = new Set(
      (
        'broker controller dashboard simulators tests docs package.json README.md LICENSE SECURITY.md ' +
        'pnpm-workspace.yaml pnpm-lock.yaml tsconfig.base.json docker-compose.yml'
      ).split(' '),
    );
    expect([...top].filter((name) => !allowed.has(name) && !name.startsWith('.'))).toEqual([]);
  });
});
