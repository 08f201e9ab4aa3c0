// The client's side of PLAIN (RFC 4616): the password itself, so only for connections that nobody else can read.

import type { SaslClient } from './sasl-client.ts';

export function plainClient(username: string, password: string): SaslClient {
  let hasSent = false;
  return {
    respond() {
      if (hasSent) return undefined;
      hasSent = true;
      return Buffer.from(`\0${username}\0${password}`);
    },
  };
}
