import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runFaultCli } from './fault-cli.ts';
import { FaultFile } from './fault-file.ts';

let folder: string;
let said: string[];
let now: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faults-'));
  said = [];
  now = 1_795_305_600_000;
});
afterEach(() => rmSync(folder, { recursive: true }));

const fault = (...argv: string[]): void =>
  runFaultCli(argv, { folder, say: (line) => said.push(line), now: () => now });
const at = (ms: number) => Object.fromEntries(new FaultFile(folder).at(ms));

describe('faults of the running city', () => {
  it('are added with a size of their own, end by themselves, and are cleared', () => {
    fault('add', 'dongshan-3', 'sensor_drift', '--target', 'outdoor_c', '--size', '2', '--for', '60');
    fault('add', 'dongshan-3', 'pump_trip', '--target', 'low.a');
    fault('add', 'central-plant', 'source_limit');
    expect(at(now)).toEqual({
      'dongshan-3': [
        { name: 'sensor_drift', target: 'outdoor_c', size: 2 },
        { name: 'pump_trip', target: 'low.a', size: 1 },
      ],
      'central-plant': [{ name: 'source_limit', target: '', size: 0.8 }],
    });
    expect(at(now + 60_000)['dongshan-3']).toHaveLength(1);
    fault('clear', 'dongshan-3', 'pump_trip');
    expect(at(now)['dongshan-3']).toHaveLength(1);
    fault('clear');
    expect(at(now)).toEqual({});
  });

  it('are refused with a word when they make no sense', () => {
    expect(() => fault('add', 'dongshan-3', 'magic')).toThrow(/Use one of: sensor_stuck/);
    expect(() => fault('add', 'dongshan-3', 'pump_trip')).toThrow(/--target/);
    expect(() => fault('add', 'dongshan-3', 'bypass', '--target', 'low')).toThrow(/leave --target out/);
    expect(at(now)).toEqual({});
  });

  it('are listed, with every name there is', () => {
    fault('add', 'dongshan-3', 'leak', '--target', 'low', '--size', '3');
    fault('list');
    fault('names');
    expect(said[1]).toMatch(/dongshan-3 +leak +low +3 m³\/h/);
    expect(said.join('\n')).toContain('broken_pipe');
  });

  it('a file that another wrote is read anew, and a bad one says what is wrong', () => {
    const file = new FaultFile(folder);
    expect([...file.at(now)]).toEqual([]);
    const path = join(folder, 'faults.json');
    writeFileSync(path, JSON.stringify([{ station: 'a', name: 'bypass', size: 0.2, from: 0 }]));
    expect([...file.at(now)]).toEqual([['a', [{ name: 'bypass', target: '', size: 0.2 }]]]);
    writeFileSync(path, '[{"station":"a","name":"magic","size":1,"from":0}]');
    utimesSync(path, 1, 1);
    expect(() => file.at(now)).toThrow(/a fault is one of/);
  });
});
