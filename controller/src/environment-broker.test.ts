import { describe, expect, it } from 'vitest';
import { loadEnvironment } from './environment.ts';

const url = { HEAT_CENTER_MQTT_URL: 'mqtt://mosquitto:1883' };

describe('the external broker in the environment', () => {
  it('is none unless its address is set', () => {
    expect(loadEnvironment({}).broker).toBeUndefined();
    expect(loadEnvironment({ ...url }).broker).toMatchObject({ url: url.HEAT_CENTER_MQTT_URL });
  });

  it('takes MQTT over TCP or TLS only', () => {
    expect(loadEnvironment({ HEAT_CENTER_MQTT_URL: 'mqtts://broker' }).broker?.url).toBe('mqtts://broker');
    for (const bad of ['ws://broker', 'http://broker', 'broker:1883']) {
      expect(() => loadEnvironment({ HEAT_CENTER_MQTT_URL: bad })).toThrow(/HEAT_CENTER_MQTT_URL/);
    }
  });

  it.each([
    'HEAT_CENTER_MOSQUITTO_PASSWORD_FILE',
    'HEAT_CENTER_MOSQUITTO_ACL_FILE',
    'HEAT_CENTER_BROKER_IDENTITIES_FILE',
  ])('needs address and password where %s is set', (name) => {
    expect(() => loadEnvironment({ [name]: '/f' })).toThrow(name);
    expect(() => loadEnvironment({ ...url, [name]: '/f' })).toThrow('HEAT_CENTER_MQTT_PASSWORD');
    expect(() => loadEnvironment({ ...url, HEAT_CENTER_MQTT_PASSWORD: 'x', [name]: '/f' })).not.toThrow();
  });
});
