/** The contract's schemas of what stations send. */
import { readFileSync } from 'node:fs';
import type { MqttSource } from './mqtt-packets.ts';
import type { Schema } from './schema-values.ts';

const schema = (name: string): Schema =>
  JSON.parse(readFileSync(new URL(`../../../docs/schema/${name}.json`, import.meta.url), 'utf8')) as Schema;

export const STATION_SCHEMAS: MqttSource['schemas'] = {
  telemetry: [schema('sample'), schema('sample'), schema('batch')],
  status: schema('status'),
  report: schema('report'),
};
