// Names for the numbers of the protocol.

/** The name of a number; `unknown` for one that this client does not know, which a newer broker may send. */
export function nameOfCode<T extends Readonly<Record<string, number>>>(codes: T, code: number): keyof T | 'unknown' {
  return Object.keys(codes).find((name) => codes[name] === code) ?? 'unknown';
}
