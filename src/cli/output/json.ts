// `--json`: one JSON value, or one a line, for programs.

/** As `JSON.stringify`, with int64 as a number where that is exact and as a string of digits where not. */
export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, jsonValue, indent);
}

function jsonValue(_key: string, value: unknown): unknown {
  if (typeof value !== 'bigint') return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}
