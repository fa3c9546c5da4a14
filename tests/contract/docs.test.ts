/** The written pages: links lead somewhere, and examples are messages that the contract takes. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { decodeTelemetry } from '@heat-center/contract/decode.ts';
import {
  commandSchema,
  heartbeatSchema,
  receiptSchema,
  reportSchema,
} from '@heat-center/contract/messages.ts';
import { parseTopic } from '@heat-center/contract/topics.ts';
import { describe, expect, it } from 'vitest';

const DOCS = new URL('../../docs/', import.meta.url).pathname;
const pages = globSync('**/*.md', { cwd: DOCS }).toSorted();
const read = (page: string): string => readFileSync(join(DOCS, page), 'utf8');

/** What stands between fences of a language. */
const blocks = (page: string, language: string): string[] =>
  [...read(page).matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(
    ([, text = '']) => text,
  );

const SCHEMAS = { command: commandSchema, receipt: receiptSchema, heartbeat: heartbeatSchema } as const;

describe('pages', () => {
  it.each(pages)('%s links only to what is there', (page) => {
    const links = [...read(page).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, link = '']) => link);
    const missing = links
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => !existsSync(join(DOCS, dirname(page), link)));
    expect(missing).toEqual([]);
  });
});

describe('examples', () => {
  const json = ['contract.md', 'connect-a-station.md'].flatMap((page) => blocks(page, 'json'));
  const parsed = json.map((text): Record<string, unknown> => JSON.parse(text));

  it('of samples are decoded without a remark', () => {
    const samples = parsed.filter((body) => 'at' in body && 'v' in body && !('id' in body));
    expect(samples.length).toBeGreaterThan(0);
    for (const body of samples) {
      const decoded = decodeTelemetry(new TextEncoder().encode(JSON.stringify(body)));
      expect(decoded).toMatchObject({ ok: true, telemetry: { refused: [] } });
      if (!decoded.ok) continue;
      const codes = decoded.telemetry.samples.flatMap(({ readings }) =>
        readings.map(({ quality }) => quality),
      );
      expect(codes).not.toContain('bad');
    }
  });

  it('of commands and reports have their shape', () => {
    const commands = parsed.filter((body) => 'valid_s' in body);
    const reports = parsed.filter((body) => 'readback' in body);
    expect([commands.length, reports.length].every((count) => count > 0)).toBe(true);
    for (const body of commands) expect(commandSchema.safeParse(body).error).toBeUndefined();
    for (const body of reports) expect(reportSchema.safeParse(body).error).toBeUndefined();
  });

  it('of what mosquitto_sub shows have the shape of their topic', () => {
    const lines = blocks('connect-a-station.md', 'text')
      .flatMap((text) => text.split('\n'))
      .filter((line) => line.startsWith('heat/v1/'));
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines) {
      const at = line.indexOf(' ');
      const topic = line.slice(0, at);
      const channel = parseTopic(topic)?.channel ?? 'heartbeat';
      if (channel !== 'command' && channel !== 'receipt' && channel !== 'heartbeat') throw new Error(topic);
      expect(SCHEMAS[channel].safeParse(JSON.parse(line.slice(at + 1))).error, line).toBeUndefined();
    }
  });
});
