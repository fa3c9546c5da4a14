import { stationRegistration } from '@heat-center/api/stations.ts';
import { describe, expect, it } from 'vitest';
import { httpFixture } from '../../testing/http-fixture.ts';
import { openRegistry } from './registry.ts';
import { registerStation } from './registration.ts';

const actor = { by: 'test', at: 1 };

describe.each(['center', 'heat-center'])('the id %s', (id) => {
  it('is the center’s own: no station and no login takes it', () => {
    const registry = openRegistry(':memory:');
    const record = registerStation(stationRegistration.parse({ id }));
    const refusal = expect.objectContaining({
      code: 'already_exists',
      remedy: expect.stringContaining('another id') as string,
    }) as Error;
    expect(() => registry.addStation(record, actor)).toThrow(refusal);
    expect(() => registry.addLogin({ id, kind: 'reader', stations: [] }, actor)).toThrow(refusal);
    expect(registry.credentials()).toEqual([]);
    registry.close();
  });

  it('is refused over HTTP with a remedy', async () => {
    const http = await httpFixture();
    for (const [url, payload] of [
      ['/api/v1/stations', { id }],
      ['/api/v1/logins', { id, kind: 'reader' }],
    ] as const) {
      const answer = await http.ask({ method: 'POST', url, payload });
      expect(answer.statusCode).toBe(409);
      expect(answer.json()).toMatchObject({
        code: 'already_exists',
        detail: `The id ${id} is the center's own.`,
        remedy: expect.stringContaining('another id') as string,
      });
    }
    await http.close();
  });
});
