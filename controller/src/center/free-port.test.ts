import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { onFreePort } from './free-port.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

function listen(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    servers.push(server);
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

describe('ports', () => {
  it('a default that is taken moves on and says so', async () => {
    const taken = await listen(0);
    const moved: number[] = [];
    const wish = {
      asked: undefined,
      fallback: taken,
      variable: 'PORT',
      onMoved: (...ports: number[]) => moved.push(...ports),
    };
    const port = await onFreePort(wish, listen);
    expect(port).toBeGreaterThan(taken);
    expect(moved).toEqual([taken, port]);
  });

  it('one that was asked for fails with the name of its variable', async () => {
    const taken = await listen(0);
    const wish = { asked: taken, fallback: 1, variable: 'HEAT_CENTER_HTTP_PORT', onMoved: () => undefined };
    await expect(onFreePort(wish, listen)).rejects.toMatchObject({
      code: 'port_in_use',
      message: expect.stringContaining('HEAT_CENTER_HTTP_PORT') as string,
    });
  });
});
