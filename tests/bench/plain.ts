/** What one would write in an afternoon: mqtt.js subscribes at Mosquitto, writes to InfluxDB, publishes a command. */
import { InfluxDB, Point } from '@influxdata/influxdb-client';
import mqtt from 'mqtt';

const [url = '', influxUrl = '', token = ''] = process.argv.slice(2);
const write = new InfluxDB({ url: influxUrl, token }).getWriteApi('heat', 'heat', 'ms', { batchSize: 5000 });
const client = await mqtt.connectAsync(url, { clientId: 'plain' });
let seq = 0;

client.on('message', (topic, payload) => {
  const station = topic.split('/')[2] ?? '';
  const message = JSON.parse(payload.toString()) as {
    at: number;
    outdoor_c: number;
    primary: Record<string, number>;
    circuits: { low: Record<string, number | string> };
  };
  const point = new Point('samples').tag('station', station).timestamp(message.at);
  for (const [name, value] of Object.entries(message.primary)) point.floatField(`primary_${name}`, value);
  for (const [name, value] of Object.entries(message.circuits.low)) {
    if (typeof value === 'number') point.floatField(`low_${name}`, value);
  }
  write.writePoint(point.floatField('outdoor_c', message.outdoor_c));
  seq += 1;
  client.publish(
    `heat/v1/${station}/command`,
    JSON.stringify({
      v: 1,
      id: `c-${seq}`,
      seq,
      at: message.at,
      kind: 'setpoints',
      circuits: { low: { supply_c: 55.5 } },
    }),
    { qos: 1 },
  );
});
await client.subscribeAsync('heat/v1/+/telemetry', { qos: 1 });
process.send?.({ kind: 'ready' });
process.on('disconnect', () => process.exit(0));
