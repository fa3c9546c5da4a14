/** The dashboard's files, with a page that waits while they are being built. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HeatError } from '@heat-center/contract/errors.ts';
import type { FastifyReply } from 'fastify';
import { contentSecurityPolicy, newNonce } from '../headers.ts';
import { route, type App } from '../table.ts';

const WAITING = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="2">
<title>Heat Center</title>
<p>The dashboard is being built. This page looks again every two seconds.</p>
<p lang="zh">正在构建界面，每两秒自动刷新。</p>
</html>
`;

const NOT_PAGES = ['api/', 'health/', 'metrics'];

/** The page with the nonce of this answer, which the component library looks for in a meta element. */
async function sendIndex(reply: FastifyReply, dist: string): Promise<FastifyReply> {
  reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache');
  const html = await readFile(join(dist, 'index.html'), 'utf8').catch(() => undefined);
  if (html === undefined) return reply.send(WAITING);
  const nonce = newNonce();
  const meta = `<meta property="csp-nonce" nonce="${nonce}">`;
  reply.header('content-security-policy', contentSecurityPolicy(nonce));
  return reply.send(html.replace(/<head[^>]*>/, (head) => `${head}${meta}`));
}

/** @param dist folder of the built dashboard; it may appear or change while the center runs */
export function dashboardRoutes(app: App, dist: string): void {
  app.route({
    ...route('dashboard'),
    handler: async (request, reply) => {
      const path = request.params['*'];
      if (NOT_PAGES.some((start) => `${path}/`.startsWith(start))) {
        throw new HeatError('not_found', `There is no /${path}.`);
      }
      // Views have addresses without a dot: each of them is the one page.
      if (!path.includes('.') || path === 'index.html') return sendIndex(reply, dist);
      // The names of assets hold the hash of what is in them.
      const hashed = path.startsWith('assets/');
      return reply.sendFile(path, dist, hashed ? { maxAge: '365d', immutable: true } : { maxAge: 0 });
    },
  });
}
