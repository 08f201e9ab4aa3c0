// The errors that an answer tells, wherever they stand in it.

/** How often each error code stands in an answer, at whatever depth. */
export function errorCounts(answer: object | null): Map<number, number> {
  const counts = new Map<number, number>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return;
    if (Array.isArray(value)) {
      // Of bytes, not of entries.
      if (!Buffer.isBuffer(value[0])) value.forEach(visit);
      return;
    }
    for (const [name, field] of Object.entries(value)) {
      if (name === 'errorCode' && typeof field === 'number') counts.set(field, (counts.get(field) ?? 0) + 1);
      else visit(field);
    }
  };
  visit(answer);
  return counts;
}
