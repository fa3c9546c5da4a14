/** An external broker: the link over it, and the files by which it knows who may enter. */
import type { Logger } from 'pino';
import { CENTER_LOGIN } from '@heat-center/broker/mosquitto-acl.ts';
import type { Runtime } from '../../center/runtime.ts';
import type { BrokerSettings } from '../../environment.ts';
import type { RegistryFile } from '../registry/registry.ts';
import { sha256 } from '../registry/secrets.ts';
import { createExternalLink, type ExternalLink } from './external.ts';
import { identitiesFile, keepLoginFiles, type LoginFile } from './login-files.ts';
import { openMosquittoLogins } from './mosquitto-logins.ts';

export interface ExternalBrokerOptions extends BrokerSettings {
  readonly runtime: Runtime;
  readonly registry: RegistryFile;
  readonly log: Logger;
}

async function loginFiles(options: ExternalBrokerOptions): Promise<LoginFile[]> {
  const { mosquitto, identitiesFile: identities, password, username, registry, log } = options;
  const credentials = () => registry.credentials();
  const files: LoginFile[] = [];
  if (mosquitto.passwordFile !== undefined || mosquitto.aclFile !== undefined) {
    files.push(await openMosquittoLogins({ files: mosquitto, password, credentials, log }));
  }
  if (identities !== undefined && password !== undefined) {
    const center = {
      id: username ?? CENTER_LOGIN,
      kind: 'center',
      stations: [],
      sha256: sha256(password),
    } as const;
    files.push(identitiesFile(identities, () => [center, ...registry.credentials()]));
  }
  return files;
}

/** Writes the login files first, so that a broker which starts beside the center finds them. */
export async function openExternalBroker(options: ExternalBrokerOptions): Promise<ExternalLink> {
  const { registry, log } = options;
  const kept = await keepLoginFiles({ registry, log, files: await loginFiles(options) });
  const link = createExternalLink(options);
  const close = async (): Promise<void> => {
    await link.close();
    await kept.close();
  };
  return { ...link, close };
}
