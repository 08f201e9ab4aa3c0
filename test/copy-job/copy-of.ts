// What records of the job carry.

/** What stands in the source: unlike in every record. */
export function original(partition: number, index: number): string {
  return `record ${index} of ${partition}`;
}

/** What our copier makes of it. */
export function copyOf(value: Buffer | null): string {
  return `copy of ${value?.toString() ?? 'nothing'}`;
}
