// The broker's side of a SASL exchange: the client's messages go in, challenges come out, and in the end who the client is.

/** Who a client has proved to be. */
export interface SaslIdentity {
  readonly name: string;
  /** It has logged in with a delegation token; such a session may get no further token (KIP-48). */
  readonly isTokenAuthenticated: boolean;
  /** Milliseconds since 1970 from which what it has shown is worth nothing any more. Undefined for never. */
  readonly expiresAtMs: number | undefined;
}

export interface SaslStep {
  readonly challenge: Buffer;
  /** Set when the exchange is over. */
  readonly identity?: SaslIdentity;
}

/** One exchange; made for one client, and of no use after it has thrown. */
export interface SaslServer {
  /** Throws `SaslError` when the client is not who it says. */
  evaluate(message: Buffer): SaslStep | Promise<SaslStep>;
}

/** An exchange that failed. */
export class SaslError extends Error {
  override readonly name = 'SaslError';
  /** Whether the client may be told the reason. Not when it would tell who exists. */
  readonly isPublic: boolean;

  constructor(message: string, isPublic: boolean, options?: ErrorOptions) {
    super(message, options);
    this.isPublic = isPublic;
  }
}
