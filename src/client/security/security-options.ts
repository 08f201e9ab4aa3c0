// How a client and its brokers make sure of each other: what an application says.

import type { TlsClientSettings } from '../../platform/index.ts';
import type { OAuthToken } from './token-source.ts';

/** Nothing of both is Kafka's PLAINTEXT, `tls` alone its SSL, `sasl` alone SASL_PLAINTEXT, both SASL_SSL. */
export interface SecurityOptions {
  /** `true`: TLS 1.2 or newer, brokers that an authority known to Node vouches for, under the name that they were asked by. */
  readonly tls?: boolean | Partial<TlsClientSettings> | undefined;
  readonly sasl?: SaslOptions | undefined;
}

/**
 * PLAIN shows the password to the broker: use it with `tls` only. SCRAM keeps it, and finds out brokers that do not know the user.
 * OAUTHBEARER shows a token that somebody else has issued (KIP-255).
 */
export type SaslOptions = PlainLogin | ScramLogin | OAuthBearerLogin;

/** Logs in with a password that the broker sees (RFC 4616). */
export interface PlainLogin {
  readonly mechanism: 'PLAIN';
  readonly username: string;
  readonly password: string;
}

/** Logs in with a password that the broker does not see (RFC 5802). */
export interface ScramLogin {
  readonly mechanism: 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
  readonly username: string;
  readonly password: string;
  /** `username` is the id of a delegation token and `password` its HMAC in base64 (KIP-48). Default false. */
  readonly isDelegationToken?: boolean | undefined;
}

/** Logs in with a token that somebody else has issued (RFC 7628). */
export interface OAuthBearerLogin {
  readonly mechanism: 'OAUTHBEARER';
  /**
   * Gets a token. Asked when a connection is made or its session ends, not sooner than when the last token has a fifth of its life left; the old one
   * is used while it is good and no new one can be had.
   */
  readonly token: (signal: AbortSignal) => Promise<OAuthToken>;
  /** Sent beside the token (KIP-342). */
  readonly extensions?: Readonly<Record<string, string>> | undefined;
}
