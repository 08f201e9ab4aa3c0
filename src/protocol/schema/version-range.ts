// Version ranges as Kafka writes them: '3' (one version), '0-4' (both ends included), '2+' (open), 'none'.

export interface VersionRange {
  readonly min: number;
  /** Infinity when the range is open. */
  readonly max: number;
}

export function parseVersionRange(text: string): VersionRange {
  if (text === 'none') return NO_VERSIONS;
  const match = /^(\d+)(\+|-(\d+))?$/.exec(text);
  if (match === null) throw new Error(`Cannot parse the version range '${text}'`);
  const min = Number(match[1]);
  if (match[2] === undefined) return { min, max: min };
  return { min, max: match[3] === undefined ? Number.POSITIVE_INFINITY : Number(match[3]) };
}

export function includesVersion(range: VersionRange, version: number): boolean {
  return version >= range.min && version <= range.max;
}

const NO_VERSIONS: VersionRange = { min: 1, max: 0 };
