import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { turnBalanceOn } from './balance.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A center with these settings of its network, and what was asked of it. */
async function asked(settings: object) {
  const requests: { method: string | undefined; url: string | undefined; body: string }[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    requests.push({ method: request.method, url: request.url, body: await text(request) });
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(settings));
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const done = await turnBalanceOn({ api: `http://127.0.0.1:${port}`, token: () => 'token' });
  return { done, requests };
}

describe('balance of the demo city', () => {
  it('is turned on where nobody decided about it', async () => {
    const { done, requests } = await asked({});
    expect(done).toBe(true);
    expect(requests.at(-1)).toEqual({
      method: 'PATCH',
      url: '/api/v1/network/settings',
      body: '{"balance":{"on":true}}',
    });
  });

  it('stays as somebody set it', async () => {
    const { done, requests } = await asked({ balance: { on: false } });
    expect(done).toBe(false);
    expect(requests.map(({ method }) => method)).toEqual(['GET']);
  });
});
