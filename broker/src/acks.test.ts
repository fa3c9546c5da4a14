import { describe, expect, it } from 'vitest';
import { AckQueue, WaitingTotal } from './acks.ts';
import { DEFAULT_LIMITS } from './limits.ts';

function queue(limits = DEFAULT_LIMITS, total = new WaitingTotal(limits)) {
  const acknowledged: number[] = [];
  return { acks: new AckQueue(limits, total, (id) => acknowledged.push(id)), total, acknowledged };
}

describe('AckQueue', () => {
  it('acknowledges in the order of arrival, whatever the order of settling', () => {
    const { acks, acknowledged } = queue();
    const [first, second, third] = [acks.add(7, 10), acks.add(5, 10), acks.add(6, 10)];
    acks.settle(third);
    acks.settle(second);
    expect(acknowledged).toEqual([]);
    acks.settle(first);
    acks.settle(first);
    expect(acknowledged).toEqual([7, 5, 6]);
  });

  it('acknowledges nothing for QoS 0', () => {
    const { acks, acknowledged } = queue();
    acks.settle(acks.add(0, 10));
    expect(acknowledged).toEqual([]);
  });

  it('is full by messages or by bytes', () => {
    const { acks } = queue({ ...DEFAULT_LIMITS, waitingPerConnection: 2, waitingBytesPerConnection: 100 });
    const large = acks.add(1, 100);
    expect(acks.full).toBe(true);
    acks.settle(large);
    expect(acks.full).toBe(false);
    acks.add(2, 1);
    acks.add(3, 1);
    expect(acks.full).toBe(true);
  });

  it('keeps its order over many messages that overlap', () => {
    const { acks, acknowledged, total } = queue();
    let waiting = acks.add(1, 1);
    for (let id = 2; id <= 500; id += 1) {
      const next = acks.add(id, 1);
      acks.settle(waiting);
      waiting = next;
    }
    acks.settle(waiting);
    expect(acknowledged).toEqual(Array.from({ length: 500 }, (_each, index) => index + 1));
    expect(total).toMatchObject({ messages: 0, bytes: 0 });
  });

  it('goes on counting what is not settled when the connection is gone, and acknowledges none of it', () => {
    const { acks, acknowledged, total } = queue();
    const [first, second, third] = [acks.add(1, 10), acks.add(2, 20), acks.add(3, 40)];
    acks.settle(second);
    acks.abandon();
    expect(total).toMatchObject({ messages: 2, bytes: 50 });
    acks.settle(first);
    acks.settle(first);
    acks.settle(third);
    expect(total).toMatchObject({ messages: 0, bytes: 0 });
    expect(acknowledged).toEqual([]);
  });
});

describe('WaitingTotal', () => {
  it('wakes those that wait for room once, when there is some', () => {
    const total = new WaitingTotal({ ...DEFAULT_LIMITS, waitingTotal: 2 });
    let woken = 0;
    total.add(1);
    total.add(1);
    expect(total.full).toBe(true);
    total.onRoom(() => {
      woken += 1;
    });
    total.remove(1);
    total.remove(1);
    expect(woken).toBe(1);
  });
});
