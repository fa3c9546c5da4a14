/** What comes with QoS 2. */
import { expect, it } from 'vitest';
import { brokerFixture, until, type RawClient, type TestBroker } from './testing.ts';

const { broker, raw } = brokerFixture();

const publish = (client: RawClient, messageId: number, dup = false): void =>
  client.send({
    cmd: 'publish',
    topic: 'heat/v1/s1/telemetry',
    payload: `sample ${messageId}`,
    qos: 2,
    dup,
    retain: false,
    messageId,
  });

async function station(test: TestBroker): Promise<RawClient> {
  test.settleAtOnce = false;
  return raw(test, 's1');
}

it('is taken once, received after done(), and complete after its release', async () => {
  const test = await broker();
  const client = await station(test);
  publish(client, 7);
  publish(client, 7, true);
  await until(() => test.telemetry.length === 1);
  client.send({ cmd: 'pingreq' });
  await client.received('pingresp');
  expect(client.of('pubrec')).toEqual([]);
  test.telemetry[0]?.done();
  expect(await client.received('pubrec')).toMatchObject([{ messageId: 7 }]);
  publish(client, 7, true);
  await client.received('pubrec', 2);
  client.send({ cmd: 'pubrel', messageId: 7 });
  expect(await client.received('pubcomp')).toMatchObject([{ messageId: 7 }]);
  expect(test.telemetry.length).toBe(1);
  publish(client, 7);
  await until(() => test.telemetry.length === 2);
  expect(client.of('puback')).toEqual([]);
});

it('ends a connection that never releases', async () => {
  const test = await broker({ limits: { waitingPerConnection: 4 } });
  const client = await raw(test, 's1');
  for (let messageId = 1; messageId <= 5; messageId += 1) publish(client, messageId);
  await client.ended();
  expect(test.broker.metrics().closes).toEqual({ not_releasing: 1 });
  expect(test.telemetry.length).toBe(4);
});
