/** The generated AsyncAPI document, judged by the official parser and held against the contract. */
import { readFileSync } from 'node:fs';
import { Parser } from '@asyncapi/parser';
import { decodeTelemetry } from '@heat-center/contract/decode.ts';
import { CHANNEL_RULES, STATION_CHANNELS, topicOf } from '@heat-center/contract/topics.ts';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const text = readFileSync(new URL('../../docs/asyncapi.json', import.meta.url), 'utf8');
/** Errors and warnings; what lies above is advice. */
const SERIOUS: readonly number[] = [0, 1];

async function problemsOf(source: string): Promise<string[]> {
  const { diagnostics } = await new Parser().parse(source);
  return diagnostics
    .filter(({ severity }) => SERIOUS.includes(severity))
    .map(({ path, message }) => `${path.join('.')}: ${message}`);
}

const operation = z.looseObject({
  action: z.enum(['send', 'receive']),
  channel: z.object({ $ref: z.string() }),
  bindings: z.object({ mqtt: z.looseObject({ qos: z.int(), retain: z.boolean() }) }),
  'x-may-publish': z.array(z.string()),
});
const document = z
  .looseObject({
    channels: z.record(z.string(), z.looseObject({ address: z.string() })),
    operations: z.record(z.string(), operation),
  })
  .parse(JSON.parse(text));

describe('AsyncAPI document', () => {
  it('passes the official parser without errors or warnings', async () => {
    expect(await problemsOf(text)).toEqual([]);
  });

  it('would not pass if it were broken', async () => {
    expect(await problemsOf(text.replace('"action": "send"', '"action": "shout"'))).not.toEqual([]);
  });

  it('has every channel with the topic of the contract, and its permissions', () => {
    expect(Object.keys(document.channels)).toEqual([...STATION_CHANNELS, 'heartbeat']);
    for (const channel of STATION_CHANNELS) {
      expect(document.channels[channel]?.address).toBe(topicOf('{station}', channel));
    }
    const rules = Object.values(document.operations).map((entry) => [
      entry.channel.$ref.replace('#/channels/', ''),
      { qos: entry.bindings.mqtt.qos, retain: entry.bindings.mqtt.retain, publish: entry['x-may-publish'] },
    ]);
    for (const [channel, { qos, retain, publish }] of Object.entries(CHANNEL_RULES)) {
      expect(Object.fromEntries(rules)[channel]).toEqual({ qos, retain, publish: [...publish] });
    }
  });
});

describe('JSON Schema of a sample', () => {
  const schema = z.fromJSONSchema(
    JSON.parse(readFileSync(new URL('../../docs/schema/sample.json', import.meta.url), 'utf8')),
  );
  const smallest = { v: 1, at: 1_795_305_600_000, primary: { supply_c: 95 } };

  it('takes what the center takes, with fields that nobody knows yet', () => {
    const newer = { ...smallest, boiler: { pressure: 3 }, primary: { supply_c: 95, hue: 'red' } };
    for (const sample of [smallest, newer]) {
      expect(schema.safeParse(sample).success).toBe(true);
      expect(decodeTelemetry(Buffer.from(JSON.stringify(sample))).ok).toBe(true);
    }
  });

  it('refuses a wrong version and a missing time', () => {
    expect(schema.safeParse({ ...smallest, v: 2 }).success).toBe(false);
    expect(schema.safeParse({ v: 1, primary: { supply_c: 95 } }).success).toBe(false);
  });
});
