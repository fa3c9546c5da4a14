import { describe, expect, it } from 'vitest';
import { Deliveries } from './deliveries.ts';
import type { Delivery } from './deliveries.ts';
import { Counters } from './metrics.ts';
import { outgoingPublish, readPublish } from './packet.ts';

function deliveries(bound: number) {
  const sent: { messageId: number; text: string }[] = [];
  const counters = new Counters();
  const write = (packet: Buffer): void => {
    const frame = readPublish(packet);
    sent.push({ messageId: frame?.messageId ?? -1, text: frame?.payload.toString() ?? '' });
  };
  return { port: new Deliveries({ bound, counters, write, now: () => 1234 }), sent, counters };
}

function delivery(channel: Delivery['channel'], text: string, station = 's1'): Delivery {
  const topic = `heat/v1/${station}/${channel}`;
  return { channel, topic, packet: outgoingPublish(topic, Buffer.from(text)) };
}

describe('Deliveries', () => {
  it('drops commands at the bound, and says since when it is reached', () => {
    const { port, sent, counters } = deliveries(2);
    expect(port.send(delivery('command', 'a'))).toBe(true);
    expect(port.fullSince).toBeUndefined();
    expect(port.send(delivery('command', 'b'))).toBe(true);
    expect(port.fullSince).toBe(1234);
    expect(port.send(delivery('command', 'c'))).toBe(false);
    expect(sent.map(({ text }) => text)).toEqual(['a', 'b']);
    expect(counters.droppedDeliveries.command).toBe(1);
    port.acknowledge(1);
    expect(port.fullSince).toBeUndefined();
    expect(port.send(delivery('command', 'd'))).toBe(true);
  });

  it('keeps the newest receipt of each station and the newest heartbeat until there is room', () => {
    const { port, sent, counters } = deliveries(1);
    port.send(delivery('command', 'open'));
    for (const text of ['r1', 'r2']) expect(port.send(delivery('receipt', text))).toBe(true);
    port.send(delivery('receipt', 'other', 's2'));
    for (const text of ['h1', 'h2', 'h3']) port.send(delivery('heartbeat', text));
    expect(sent.length).toBe(1);
    expect(counters.droppedDeliveries).toEqual({ command: 0, receipt: 1, heartbeat: 2 });
    for (let index = 0; index < 4; index += 1) port.acknowledge(sent.at(-1)!.messageId);
    expect(sent.map(({ text }) => text)).toEqual(['open', 'r2', 'other', 'h3']);
  });

  it('never uses an open message id again, also after all were used', () => {
    const { port, sent } = deliveries(3);
    port.send(delivery('command', 'stays open'));
    for (let index = 0; index < 0x10000; index += 1) {
      port.send(delivery('command', 'x'));
      port.acknowledge(sent.at(-1)!.messageId);
    }
    const ids = sent.slice(1).map(({ messageId }) => messageId);
    expect(ids).not.toContain(1);
    expect(ids).not.toContain(0);
    expect(ids.slice(-3)).toEqual([0xffff, 2, 3]);
  });

  it('ignores a PUBACK for what was never sent', () => {
    const { port, sent } = deliveries(1);
    port.send(delivery('command', 'a'));
    port.acknowledge(77);
    expect(port.send(delivery('command', 'b'))).toBe(false);
    expect(sent.length).toBe(1);
  });

  it('forgets what waits for a topic that is no longer subscribed', () => {
    const { port, sent } = deliveries(1);
    port.send(delivery('command', 'a'));
    port.send(delivery('receipt', 'r'));
    port.forget('heat/v1/s1/receipt');
    port.acknowledge(1);
    expect(sent.map(({ text }) => text)).toEqual(['a']);
  });
});
