/**
 * What the center publishes through mqtt.js: only while connected, with a bound, and never again later. Commands,
 * receipts and heartbeats are of the moment; the cycle makes newer ones, so nothing is kept over a lost connection.
 */
import type { MqttClient } from 'mqtt';

/** More than this unacknowledged means that the broker does not keep up. mqtt.js has 65,535 message ids. */
const MAX_IN_FLIGHT = 10_000;

export interface Outgoing {
  /** QoS 1, not retained; false when not connected or too much is unacknowledged. */
  publish(topic: string, bytes: Uint8Array): boolean;
  figures(): { readonly published: number; readonly dropped: number; readonly in_flight: number };
  /** Publishes nothing more and forgets what is unacknowledged. */
  close(): void;
}

export function createOutgoing(
  client: Pick<MqttClient, 'on' | 'publish' | 'getLastMessageId' | 'removeOutgoingMessage'>,
  maxInFlight = MAX_IN_FLIGHT,
): Outgoing {
  const inFlight = new Set<number>();
  let open = false;
  let published = 0;
  let dropped = 0;

  function forget(): void {
    open = false;
    // mqtt.js would send them again at the next connection, one by one, before it says that it is connected.
    for (const id of inFlight) client.removeOutgoingMessage(id);
    inFlight.clear();
  }
  client.on('connect', () => {
    open = true;
  });
  client.on('close', forget);

  return {
    publish(topic, bytes) {
      if (!open || inFlight.size >= maxInFlight) {
        dropped += 1;
        return false;
      }
      let id: number | undefined;
      client.publish(topic, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), { qos: 1 }, () => {
        if (id !== undefined) inFlight.delete(id);
      });
      id = client.getLastMessageId();
      inFlight.add(id);
      published += 1;
      return true;
    },
    figures: () => ({ published, dropped, in_flight: inFlight.size }),
    close: forget,
  };
}
