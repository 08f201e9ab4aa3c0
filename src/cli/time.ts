// Times as people write them: a date, milliseconds since 1970, or so long ago.

import { UsageError } from './usage-error.ts';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** For help. */
export const TIME_FORMS = '2026-01-31, 2026-01-31T12:00:00Z, 1769860800000 (ms), or 90s, 15m, 2h, 7d ago';

/** Milliseconds since 1970. `option` names the option in errors. */
export function parseTime(text: string, nowMs: number, option: string): bigint {
  const ago = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  if (ago) return BigInt(Math.round(nowMs - Number(ago[1]) * (UNITS[ago[2] ?? ''] ?? 0)));
  if (/^\d{5,}$/.test(text)) return BigInt(text);
  const date = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(date)) throw new UsageError(`--${option} cannot be ${text}: write ${TIME_FORMS}`);
  return BigInt(date);
}
