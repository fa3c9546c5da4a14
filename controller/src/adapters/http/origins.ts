/** Which host names and origins a request may carry: against DNS rebinding and requests from other sites. */

export interface OriginRules {
  /** Whether the Host header names this center. */
  hostAllowed(host: string | undefined): boolean;
  /** Whether the Origin header is the site that the request went to, or the public address. */
  originAllowed(origin: string | undefined, host: string | undefined): boolean;
}

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function parse(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}

/**
 * On a loopback address only its names are taken (and the public one): a page elsewhere that points its own
 * name at 127.0.0.1 gets nothing. On other addresses any name leads here, and the cookie belongs to it.
 */
export function originRules(listening: { host: string; publicUrl: string | undefined }): OriginRules {
  const known = listening.publicUrl === undefined ? undefined : parse(listening.publicUrl);
  const bracketed = listening.host.includes(':') ? `[${listening.host}]` : listening.host;
  const names = new Set([...LOOPBACK_NAMES, bracketed, ...(known ? [known.hostname] : [])]);
  return {
    hostAllowed(host) {
      if (!isLoopback(listening.host)) return true;
      const name = host === undefined ? undefined : parse(`http://${host}`)?.hostname;
      return name !== undefined && names.has(name);
    },
    originAllowed(origin, host) {
      const from = origin === undefined ? undefined : parse(origin);
      if (!from) return false;
      return from.host === host || from.origin === known?.origin;
    },
  };
}
