// Java's properties files: `name=value`, `name: value` or `name value`, comments with # and !, a backslash continues a line.

import { UsageError } from './usage-error.ts';

/** Reads the file; a missing or unreadable one is a `UsageError` that names it. */
export async function readProperties(
  path: string,
  read: (path: string) => Promise<Buffer>,
): Promise<Record<string, string>> {
  let content: Buffer;
  try {
    content = await read(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    throw new UsageError(`Cannot read ${path}: ${code === 'ENOENT' ? 'there is no such file' : String(error)}`);
  }
  return parseProperties(content.toString('utf8'));
}

/** A name that is given twice keeps its last value, as in Java. */
export function parseProperties(text: string): Record<string, string> {
  const properties: Record<string, string> = {};
  for (const line of logicalLines(text)) {
    const [name, value] = splitLine(line);
    properties[unescapeText(name)] = unescapeText(value);
  }
  return properties;
}

function* logicalLines(text: string): Generator<string> {
  let open = '';
  for (const raw of text.split(/\r\n|\n|\r/)) {
    const line = raw.trimStart();
    if (open === '' && (line === '' || line.startsWith('#') || line.startsWith('!'))) continue;
    const joined = open + line;
    // An odd number of backslashes at the end: the last one continues the line.
    const backslashes = /\\*$/.exec(joined)?.[0].length ?? 0;
    if (backslashes % 2 === 1) {
      open = joined.slice(0, -1);
      continue;
    }
    open = '';
    yield joined;
  }
  if (open !== '') yield open;
}

/** The name ends at the first separator that is not escaped: `=`, `:` or white space. */
function splitLine(line: string): [name: string, value: string] {
  let end = 0;
  while (end < line.length && !/[=:\s]/.test(line[end] ?? '')) end += line[end] === '\\' ? 2 : 1;
  const rest = line.slice(end).replace(/^\s*[=:]?\s*/, '');
  return [line.slice(0, end), rest];
}

function unescapeText(text: string): string {
  return text.replace(/\\(u[0-9a-fA-F]{4}|.)/gs, (_match, escaped: string) => {
    if (escaped.length === 5) return String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
    const special: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };
    return special[escaped] ?? escaped;
  });
}
