/** Certificates from files, read again when they change, for every server of the heat center that speaks TLS. */
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import type { Server } from 'node:tls';
import { createSecureContext } from 'node:tls';
import { HeatError } from '@heat-center/contract/errors.ts';

/** Nothing older is spoken. */
export const MIN_TLS = 'TLSv1.2' as const;

export interface TlsFiles {
  /** PEM: the server's certificate, then those that lead to its root. */
  readonly cert: string;
  /** PEM of its private key. */
  readonly key: string;
  /** PEM: who signs certificates of clients; undefined = none are asked for. */
  readonly ca?: string | undefined;
}

export interface TlsMaterial {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca: Buffer | undefined;
  readonly minVersion: typeof MIN_TLS;
}

export interface Certificates {
  readonly files: TlsFiles;
  readonly material: TlsMaterial;
  /** Gives the server whatever is new from now on; connections that are open keep what they have. */
  serve(server: Pick<Server, 'setSecureContext'>): void;
  /** Stops watching. */
  close(): void;
}

export interface CertificateOptions {
  readonly files: TlsFiles;
  readonly log: { info(detail: object, message: string): void; error(detail: object, message: string): void };
  /** How often the files' time of change is looked at, ms. */
  readonly everyMs?: number;
}

function file(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new HeatError('bad_environment', `The TLS file ${path} cannot be read: ${String(error)}`, { path });
  }
}

function read({ cert, key, ca }: TlsFiles): TlsMaterial {
  const material = {
    cert: file(cert),
    key: file(key),
    ca: ca === undefined ? undefined : file(ca),
    minVersion: MIN_TLS,
  };
  try {
    // Also checks that key and certificate belong together.
    createSecureContext({ ...material });
  } catch (error) {
    const files = [cert, key, ...(ca === undefined ? [] : [ca])].join(', ');
    throw new HeatError('bad_environment', `The TLS files ${files} are not usable: ${String(error)}`, {
      cert,
    });
  }
  return material;
}

const markOf = ({ cert, key, ca }: TlsMaterial): string =>
  createHash('sha256')
    .update(cert)
    .update(key)
    .update(ca ?? '')
    .digest('hex');

function tellOf(material: TlsMaterial): object {
  const { subject, validTo, fingerprint256 } = new X509Certificate(material.cert);
  return { subject, valid_to: validTo, sha256: fingerprint256 };
}

/** @throws HeatError `bad_environment` that names the file; later troubles are logged, and what was read before stays */
export function openCertificates({ files, log, everyMs = 1000 }: CertificateOptions): Certificates {
  let material = read(files);
  const servers = new Set<Pick<Server, 'setSecureContext'>>();
  const watched = [files.cert, files.key, ...(files.ca === undefined ? [] : [files.ca])];
  const reread = (): void => {
    try {
      const next = read(files);
      if (markOf(next) === markOf(material)) return;
      material = next;
      for (const server of servers) server.setSecureContext({ ...next });
      log.info(tellOf(next), 'certificates read again');
    } catch (error) {
      // Certificate and key are written one after the other: the second change brings both together.
      log.error({ err: error }, 'the new certificates are not usable; those read before stay');
    }
  };
  for (const path of watched) watchFile(path, { interval: everyMs, persistent: false }, reread);
  log.info(tellOf(material), 'certificates read');
  return {
    files,
    get material() {
      return material;
    },
    serve(server) {
      servers.add(server);
    },
    close() {
      for (const path of watched) unwatchFile(path, reread);
      servers.clear();
    },
  };
}
