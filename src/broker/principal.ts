// Who stands behind a connection, as Kafka names people: a type, and a name of that type.

export interface Principal {
  /** `User`, unless a builder of principals says otherwise. */
  readonly type: string;
  readonly name: string;
}

/** Whoever has not said who he is. */
export const ANONYMOUS: Principal = { type: 'User', name: 'ANONYMOUS' };

/** `User:alice`, as rules of access and settings name a principal. */
export function principalText({ type, name }: Principal): string {
  return `${type}:${name}`;
}
