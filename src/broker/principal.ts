// Who stands behind a connection, as Kafka names people: a type, and a name of that type.

/** The type of all principals that are made here. */
export const USER = 'User';

export interface Principal {
  /** `User`, unless a builder of principals says otherwise. */
  readonly type: string;
  readonly name: string;
  /** It has logged in with a delegation token. */
  readonly isTokenAuthenticated: boolean;
}

/** Whoever has not said who he is. */
export const ANONYMOUS: Principal = { type: USER, name: 'ANONYMOUS', isTokenAuthenticated: false };

/** `User:alice`, as rules of access and settings name a principal. */
export function principalText({ type, name }: Principal): string {
  return `${type}:${name}`;
}
