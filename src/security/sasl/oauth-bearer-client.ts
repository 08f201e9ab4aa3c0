// The client's side of OAUTHBEARER (RFC 7628, KIP-255): a token that somebody else has issued.

import type { SaslClient } from './sasl-client.ts';
import { SaslError } from './sasl-server.ts';

const SEPARATOR = '\x01';
const EXTENSION_NAME = /^[A-Za-z]+$/;
const EXTENSION_VALUE = /^[\x21-\x7e \t\r\n]*$/;

/** `extensions` go to the broker beside the token (KIP-342). Throws `SaslError` for one that cannot be sent. */
export function oauthBearerClient(token: string, extensions: Readonly<Record<string, string>> = {}): SaslClient {
  for (const [name, value] of Object.entries(extensions)) {
    if (!EXTENSION_NAME.test(name) || name === 'auth' || !EXTENSION_VALUE.test(value)) {
      throw new SaslError(
        `the SASL extension ${name} cannot be sent: names are letters, and auth is the token's`,
        true,
      );
    }
  }
  const pairs = [`auth=Bearer ${token}`, ...Object.entries(extensions).map(([name, value]) => `${name}=${value}`)];
  let hasSent = false;
  let refusal: string | undefined;
  return {
    respond(challenge) {
      if (!hasSent) {
        hasSent = true;
        return Buffer.from(`n,,${SEPARATOR}${pairs.join(SEPARATOR)}${SEPARATOR}${SEPARATOR}`);
      }
      if (refusal !== undefined) throw new SaslError(`the token was refused: ${refusal}`, true);
      if (challenge.length === 0) return undefined;
      // The challenge is the reason of a refusal; the broker waits for this before it ends the exchange.
      refusal = challenge.toString();
      return Buffer.from(SEPARATOR);
    },
  };
}
