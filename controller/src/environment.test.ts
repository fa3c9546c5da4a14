import { HeatError } from '@heat-center/contract/errors.ts';
import { describe, expect, it } from 'vitest';
import { loadEnvironment } from './environment.ts';

describe('environment', () => {
  it('has defaults for everything; an empty variable counts as unset', () => {
    const defaults = {
      dataDir: './data',
      http: { host: '127.0.0.1', port: undefined },
      mqtt: { host: '127.0.0.1', port: undefined },
      broker: undefined,
      influx: undefined,
      adminToken: undefined,
      demoStations: 24,
      name: 'Heat Center',
      logLevel: 'info',
    };
    expect(loadEnvironment({})).toMatchObject(defaults);
    expect(
      loadEnvironment({ HEAT_CENTER_HTTP_PORT: '', HEAT_CENTER_ADMIN_TOKEN: '', INFLUX_URL: '' }),
    ).toMatchObject(defaults);
    expect(loadEnvironment({}).zone).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone);
  });

  it('reads what is set', () => {
    expect(
      loadEnvironment({
        HEAT_CENTER_HTTP_PORT: '0',
        HEAT_CENTER_MQTT_URL: 'mqtt://mosquitto:1883',
        HEAT_CENTER_MQTT_USERNAME: 'heat-center',
        HEAT_CENTER_DEMO_STATIONS: '0',
        HEAT_CENTER_ZONE: 'Asia/Shanghai',
        INFLUX_URL: 'http://influx:8086',
        INFLUX_TOKEN: 't',
        INFLUX_ORG: 'o',
        INFLUX_BUCKET: 'b',
      }),
    ).toMatchObject({
      http: { port: 0 },
      broker: { url: 'mqtt://mosquitto:1883', username: 'heat-center', password: undefined },
      demoStations: 0,
      zone: 'Asia/Shanghai',
      influx: { url: 'http://influx:8086', token: 't', org: 'o', bucket: 'b' },
    });
  });

  it.each([
    [{ HEAT_CENTER_HTTP_PORT: '80a' }, 'HEAT_CENTER_HTTP_PORT'],
    [{ HEAT_CENTER_MQTT_PORT: '70000' }, 'HEAT_CENTER_MQTT_PORT'],
    [{ HEAT_CENTER_MQTT_URL: 'mosquitto:1883' }, 'HEAT_CENTER_MQTT_URL'],
    [{ HEAT_CENTER_PUBLIC_URL: 'heat.example.org' }, 'HEAT_CENTER_PUBLIC_URL'],
    [{ HEAT_CENTER_DEMO_STATIONS: '-1' }, 'HEAT_CENTER_DEMO_STATIONS'],
    [{ HEAT_CENTER_ZONE: 'Mars/Olympus' }, 'HEAT_CENTER_ZONE'],
    [{ HEAT_CENTER_LOG_LEVEL: 'loud' }, 'HEAT_CENTER_LOG_LEVEL'],
    [{ INFLUX_URL: 'http://influx:8086', INFLUX_ORG: 'o' }, 'INFLUX_TOKEN, INFLUX_BUCKET'],
    [
      {
        HEAT_CENTER_MQTT_URL: 'mqtts://broker',
        HEAT_CENTER_MQTT_TLS_CERT: '/c.pem',
        HEAT_CENTER_MQTT_TLS_KEY: '/k.pem',
      },
      'Only the embedded broker takes HEAT_CENTER_MQTT_TLS_CERT, HEAT_CENTER_MQTT_TLS_KEY',
    ],
  ])('names the variable that is not usable: %o', (env, named) => {
    const found = (() => {
      try {
        loadEnvironment(env);
        return undefined;
      } catch (error) {
        return error;
      }
    })();
    expect(found).toBeInstanceOf(HeatError);
    expect(found).toMatchObject({ code: 'bad_environment', message: expect.stringContaining(named) });
  });
});
