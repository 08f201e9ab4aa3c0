// Makes any value safe to log: no secrets, no control characters that could forge a line or steer a terminal, bounded size.

const MOST_CHARACTERS = 4096;
const MOST_ENTRIES = 100;
const DEEPEST = 6;

// Kafka's secret settings end in these words (ssl.key.password, sasl.jaas.config, delegation.token.secret.key, ssl.keystore.key).
const SECRET_NAME =
  /passw|secret|credential|jaas|private.?key|keystore.?key|(auth|access|bearer|oauth|refresh|id)[._-]?token|saltedpassword|authorization$/i;

export type Loggable = null | boolean | number | string | Loggable[] | { [name: string]: Loggable };

/** Errors become their parts, int64 becomes a number or, where that is not exact, a string; bytes only tell their length. */
export function loggable(value: unknown, depth = 0): Loggable {
  switch (typeof value) {
    case 'string':
      return cleanText(value);
    case 'number':
    case 'boolean':
      return value;
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    case 'undefined':
      return null;
    case 'object':
      return value === null ? null : loggableObject(value, depth);
    default:
      return `<${typeof value}>`;
  }
}

/** As `loggable`, for what stands at the top of a line. */
export function loggableFields(fields: object): { [name: string]: Loggable } {
  const value = fields instanceof Error ? { error: fields } : fields;
  return Object.fromEntries(namedEntries(value, 0));
}

/** One line, without control characters, at most 4,096 characters long. */
export function cleanText(text: string): string {
  const cut = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}...` : text;
  // C0 and C1 controls, the two line separators of Unicode, and the marks that reverse the direction of writing.
  return cut.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ');
}

function loggableObject(value: object, depth: number): Loggable {
  if (ArrayBuffer.isView(value)) return `<${value.byteLength} bytes>`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '<invalid date>' : value.toISOString();
  if (value instanceof Error) return loggableError(value, depth);
  if (depth >= DEEPEST) return '<...>';
  if (value instanceof Map) return Object.fromEntries(namedEntries(Object.fromEntries(value), depth));
  if (Array.isArray(value) || value instanceof Set) return loggableList([...value], depth);
  return Object.fromEntries(namedEntries(value, depth));
}

function loggableList(values: unknown[], depth: number): Loggable {
  const list = values.slice(0, MOST_ENTRIES).map((value) => loggable(value, depth + 1));
  if (values.length > MOST_ENTRIES) list.push(`<${values.length - MOST_ENTRIES} more>`);
  return list;
}

function* namedEntries(value: object, depth: number): Generator<[string, Loggable]> {
  let count = 0;
  for (const [name, entry] of Object.entries(value)) {
    if (entry === undefined) continue;
    if (++count > MOST_ENTRIES) return;
    yield [cleanText(name), SECRET_NAME.test(name) ? '[hidden]' : loggable(entry, depth + 1)];
  }
}

/** The stack is a list, so that no line of it can pass for a line of the log. */
function loggableError(error: Error, depth: number): Loggable {
  const { name, message, stack, cause } = error;
  const frames = (stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    name: cleanText(name),
    message: cleanText(message),
    ...('code' in error ? { code: loggable(error.code, depth + 1) } : {}),
    ...(cause !== undefined && depth < DEEPEST ? { cause: loggable(cause, depth + 1) } : {}),
    stack: frames.slice(0, MOST_ENTRIES).map((line) => cleanText(line.trim())),
  };
}
