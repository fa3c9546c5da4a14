/** Tells where the center is reached: in the data folder, to the supervisor, and the first person how to sign in. */
import { resolve } from 'node:path';
import type { Environment } from '../environment.ts';
import type { Logger } from '../log.ts';
import { addressesOf } from './addresses.ts';
import type { DataFolder } from './data-folder.ts';

export interface Listening {
  /** Of the dashboard. */
  readonly url: string;
  readonly port: number;
  readonly loginLink: () => { readonly url: string };
  readonly link: { readonly host: string; readonly port: number; readonly encrypted: boolean };
}

export async function announce(
  base: { readonly folder: DataFolder; readonly log: Logger; readonly environment: Environment },
  listening: Listening,
): Promise<void> {
  const { folder, log, environment } = base;
  const { url, port, link } = listening;
  const { host, tls } = environment.http;
  const { api, mqtt } = addressesOf({ host, port, encrypted: tls !== undefined }, link);
  const supervised = process.send !== undefined;
  await folder.announce({
    pid: process.pid,
    supervisor_pid: supervised ? process.ppid : process.pid,
    http: { host, port, url: api, ...(tls ? { tls_cert: resolve(tls.cert) } : {}) },
    mqtt: { host: link.host, port: link.port, url: mqtt },
  });
  const signIn = listening.loginLink();
  if (!supervised) log.info({ link: signIn.url }, 'sign in once, within 15 minutes');
  process.send?.({
    kind: 'ready',
    url: new URL(url).origin,
    api,
    link: signIn.url,
    mqtt,
    token_file: folder.cliTokenFile,
    data_dir: folder.dir,
  });
}
