// OAUTHBEARER (RFC 7628): a token in one message. A client whose token is refused is told why in a challenge, and ends the exchange itself.

import { SaslError, type SaslIdentity, type SaslServer, type SaslStep } from './sasl-server.ts';

export interface OAuthBearerServerOptions {
  /** Rejects with the reason when the token is not to be trusted. */
  validate(token: string): Promise<SaslIdentity>;
  /** Told the reason, which the client is not told. */
  onRefused(reason: string): void;
}

const SEPARATOR = '\x01';
const HEADER = /^n,(?:a=((?:[^\0=,\u0080-\uffff]|=2C|=3D)+))?,$/;
const PAIR = /^[A-Za-z]+=[\x21-\x7e \t\r\n]+$/;
const AUTH = 'auth=';
const AUTHORIZATION = /^bearer +([-_~+/.a-z0-9]+=*)$/i;
const REFUSAL = '{"status":"invalid_token"}';

export function oauthBearerServer(options: OAuthBearerServerOptions): SaslServer {
  let isRefused = false;
  return {
    async evaluate(message): Promise<SaslStep> {
      if (isRefused && message.toString() === SEPARATOR) throw new SaslError(REFUSAL, true);
      const { token, authorizationId } = parseFirstMessage(message.toString());
      let identity: SaslIdentity;
      try {
        identity = await options.validate(token);
      } catch (error) {
        options.onRefused(error instanceof Error ? error.message : String(error));
        isRefused = true;
        return { challenge: Buffer.from(REFUSAL) };
      }
      if (authorizationId !== '' && authorizationId !== identity.name) {
        throw new SaslError(
          `Authentication failed: Client requested an authorization id (${authorizationId}) that is different from the token's principal name (${identity.name})`,
          true,
        );
      }
      return { challenge: Buffer.alloc(0), identity };
    },
  };
}

/** `n,a=name,` then pairs of name and value, each behind a separator, and two separators at the end. Other pairs than `auth` say nothing here. */
function parseFirstMessage(text: string): { token: string; authorizationId: string } {
  const [first = '', ...rest] = text.split(SEPARATOR);
  const header = HEADER.exec(first);
  const pairs = rest.slice(0, -2);
  const isEnded = rest.length >= 2 && rest.slice(-2).join('') === '';
  if (header === null || !isEnded || !pairs.every((pair) => PAIR.test(pair))) {
    throw new SaslError('Invalid OAUTHBEARER client first message', false);
  }
  const auth = pairs.findLast((pair) => pair.startsWith(AUTH)) ?? AUTH;
  const token = AUTHORIZATION.exec(auth.slice(AUTH.length))?.[1];
  if (token === undefined)
    throw new SaslError('Invalid OAUTHBEARER client first message: it has no bearer token', false);
  return { token, authorizationId: header[1] ?? '' };
}
