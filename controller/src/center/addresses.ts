/** Where programs on the center's own machine find its API and its broker. */

export interface Address {
  /** As it is listened on; a wildcard is no address to call. */
  readonly host: string;
  readonly port: number;
  readonly encrypted: boolean;
}

function nameOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

export function addressesOf(http: Address, mqtt: Address): { api: string; mqtt: string } {
  return {
    api: `${http.encrypted ? 'https' : 'http'}://${nameOf(http.host)}:${http.port}`,
    mqtt: `${mqtt.encrypted ? 'mqtts' : 'mqtt'}://${nameOf(mqtt.host)}:${mqtt.port}`,
  };
}
