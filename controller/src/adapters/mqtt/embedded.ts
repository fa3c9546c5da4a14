/** The way to the stations over the broker in this process. */
import { createBroker } from '@heat-center/broker/broker.ts';
import type { Certificates } from '@heat-center/broker/certificates.ts';
import type { Logger } from 'pino';
import type { Runtime } from '../../center/runtime.ts';
import type { StationLink } from '../../ports.ts';
import type { RegistryFile } from '../registry/registry.ts';

export interface EmbeddedOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly tls: Certificates | undefined;
  /** Told of each login that was refused. */
  readonly onRefusedLogin: (tried: { readonly name: string; readonly address: string }) => void;
  readonly runtime: Runtime;
  readonly registry: RegistryFile;
  readonly log: Logger;
}

export interface EmbeddedLink extends StationLink {
  readonly port: number;
}

/** Throws `port_in_use` when the port is taken. */
export async function createEmbeddedLink(options: EmbeddedOptions): Promise<EmbeddedLink> {
  const { host, port, tls, runtime, registry, log, onRefusedLogin } = options;
  const decoder = new TextDecoder();
  const broker = await createBroker({
    host,
    port,
    tls,
    log,
    handlers: {
      authenticate: (username, password) => registry.authenticate(username, decoder.decode(password)),
      certified: (name) => registry.credential(name),
      onRefusedLogin,
      onTelemetry: (station, bytes, done) => runtime.onTelemetry(station, bytes, done),
      onRefusedTelemetry: (station, code) => runtime.onRefused(station, code),
      onMessage: ({ station, channel, bytes }, done) =>
        runtime.onMessage({ station, channel, bytes, retained: false }, done),
      onSession: (station, connected) => runtime.onSession(station, connected),
      onSubscribed: (station, channel) => runtime.onSubscribed(station, channel),
    },
  });
  const figures = (): Record<string, number> => {
    // Ids are no part of a metric's name; whose they were, the log says, and each station's own counters.
    const { denialsByIdentity: _denialsByIdentity, ...figured } = broker.metrics();
    return flatten(figured);
  };
  return { ...broker, metrics: figures };
}

/** Nested counters as one level of names, for example `refusals_too_large`. */
function flatten(metrics: object, prefix = ''): Record<string, number> {
  const flat: Record<string, number> = {};
  for (const [name, value] of Object.entries(metrics)) {
    if (typeof value === 'number') flat[prefix + name] = value;
    else if (typeof value === 'object' && value !== null)
      Object.assign(flat, flatten(value, `${prefix}${name}_`));
  }
  return flat;
}
