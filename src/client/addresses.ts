// Reads `bootstrap.servers`: host:port, comma-separated, IPv6 in brackets.

import type { Address } from '../platform/index.ts';
import { ClientError } from './errors.ts';

/** Throws `ClientError` for anything that is not host:port. An empty list is refused too. */
export function parseAddresses(text: string): Address[] {
  const addresses = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(parseAddress);
  if (addresses.length === 0) throw new ClientError('No bootstrap server is given: write host:port, comma-separated');
  return addresses;
}

function parseAddress(text: string): Address {
  const match = /^(?:\w+:\/\/)?(?:\[([0-9a-fA-F:.%]+)\]|([^:/\s[\]]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port < 1 || port > 65535) {
    throw new ClientError(`${text} is no address of a broker: write host:port, such as 127.0.0.1:9092`);
  }
  return { host, port };
}
