/** Security headers of every answer. */
import { randomBytes } from 'node:crypto';
import type { App } from './table.ts';

/**
 * The policy without any `unsafe-` source. Styles that a component library writes into the page need the
 * nonce; connections to the own host include the WebSocket.
 */
export function contentSecurityPolicy(nonce?: string): string {
  const styles = nonce === undefined ? "'self'" : `'self' 'nonce-${nonce}'`;
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src ${styles}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

export const newNonce = (): string => randomBytes(18).toString('base64');

const HEADERS = {
  'content-security-policy': contentSecurityPolicy(),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
} as const;

/** For a year a browser that came encrypted once comes no other way. */
const STRICT_TRANSPORT = { 'strict-transport-security': 'max-age=31536000' } as const;

/** @param encrypted whether people reach the center by https only */
export function bindHeaders(app: App, encrypted: boolean): void {
  const headers = encrypted ? { ...HEADERS, ...STRICT_TRANSPORT } : HEADERS;
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers);
    // Answers of the API are about now and about one person.
    if (request.url.startsWith('/api/v1/')) reply.header('cache-control', 'no-store');
  });
}
