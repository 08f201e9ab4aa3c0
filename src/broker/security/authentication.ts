// Who is behind a connection, and what it may ask before that is known.

import type { Connection, Reply } from '../network/connection.ts';
import { ANONYMOUS, type Principal } from '../principal.ts';

export interface Authentication {
  /** Who it is; whoever is not known yet is nobody. */
  readonly principal: Principal;
  /** Bytes of a request while the client is not known; undefined where there is nothing to prove. */
  readonly maxRequestBytes: number | undefined;
  /** Whether the client has proved who it is, or need not. */
  readonly isComplete: boolean;
  /**
   * Sees each frame before it is read as a request. The answer, where it belongs to the authentication; undefined where the request may go on.
   * Throws when the connection must be closed.
   */
  intercept(frame: Buffer, connection: Connection): Reply | Promise<Reply> | undefined;
}

/** Of a connection that need not say more than it has: on a plain one, or with a certificate. */
export function settled(principal: Principal = ANONYMOUS): Authentication {
  return { principal, maxRequestBytes: undefined, isComplete: true, intercept: () => undefined };
}
