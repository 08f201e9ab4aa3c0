// Whom a quota is for: a user, a client id, both together, or an address; each by name or, without one, the default of all.

export const ENTITY_TYPE = { user: 'user', clientId: 'client-id', ip: 'ip' } as const;

/** As requests and records have it. A null name stands for all that have no quota of their own. */
export type EntityParts = readonly { readonly entityType: string; readonly entityName: string | null }[];

/** A key that no other entity has, whatever the order of the parts. */
export function entityKey(parts: EntityParts): string {
  const pairs = parts.map(({ entityType, entityName }) => [entityType, entityName] as const);
  return JSON.stringify(pairs.sort(([first], [second]) => (first < second ? -1 : 1)));
}
