/** Certificates made by openssl for one test: an authority, a server for 127.0.0.1 and localhost, and clients. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Pair {
  readonly cert: string;
  readonly key: string;
}

export interface Authority {
  /** PEM of its certificate. */
  readonly ca: string;
  readonly dir: string;
  /** A new certificate for the servers of the tests, in the same two files each time. */
  server(): Pair;
  /** A certificate whose common name is this. */
  client(name: string): Pair;
  remove(): void;
}

export function makeAuthority(): Authority {
  const dir = mkdtempSync(join(tmpdir(), 'heat-tls-'));
  const path = (name: string): string => join(dir, name);
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: dir, stdio: ['ignore', 'ignore', 'ignore'] });
  };
  const newKey = (file: string): void =>
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', file);
  newKey('ca.key');
  openssl(
    'req',
    '-x509',
    '-new',
    '-key',
    'ca.key',
    '-subj',
    '/CN=Heat Test Authority',
    '-days',
    '2',
    '-out',
    'ca.pem',
  );

  function issue(file: string, name: string, extension: string): Pair {
    newKey(`${file}.key.new`);
    writeFileSync(path(`${file}.ext`), extension);
    openssl('req', '-new', '-key', `${file}.key.new`, '-subj', `/CN=${name}`, '-out', `${file}.csr`);
    const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2'];
    const extended = ['-extfile', `${file}.ext`, '-out', `${file}.pem.new`];
    openssl('x509', '-req', '-in', `${file}.csr`, ...signed, ...extended);
    // One after the other, as whoever renews certificates does it.
    execFileSync('mv', [path(`${file}.key.new`), path(`${file}.key`)]);
    execFileSync('mv', [path(`${file}.pem.new`), path(`${file}.pem`)]);
    return { cert: path(`${file}.pem`), key: path(`${file}.key`) };
  }

  return {
    ca: path('ca.pem'),
    dir,
    server: () => issue('server', 'heat center', 'subjectAltName=DNS:localhost,IP:127.0.0.1'),
    client: (name) => issue(`client-${name}`, name, 'extendedKeyUsage=clientAuth'),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}
