// The text format of `server.properties` and `meta.properties`: what java.util.Properties reads, so that a Kafka user's file means the same here.

import { ConfigError } from './definition.ts';

/** The settings of a properties file, in its order; the last one of a name wins. Throws `ConfigError` for a malformed `\uxxxx`, with its line. */
export function parseProperties(text: string): Record<string, string> {
  // Without a prototype, so that no name can mean anything but itself.
  const properties: Record<string, string> = Object.create(null);
  for (const { content, number } of logicalLines(text)) {
    const { keyEnd, valueStart } = splitPoints(content);
    properties[withoutEscapes(content.slice(0, keyEnd), number)] = withoutEscapes(content.slice(valueStart), number);
  }
  return properties;
}

interface LogicalLine {
  readonly content: string;
  /** Of its first natural line, from 1. */
  readonly number: number;
}

/** Joins natural lines that end in an odd number of backslashes with the next; leaves out comments and blank lines. */
function* logicalLines(text: string): Generator<LogicalLine> {
  const lines = text.split(/\r\n|\r|\n/);
  for (let index = 0; index < lines.length; index++) {
    const number = index + 1;
    let content = trimStart(lines[index] ?? '');
    if (content === '' || content.startsWith('#') || content.startsWith('!')) continue;
    while (endsInContinuation(content)) {
      index++;
      content = content.slice(0, -1) + trimStart(lines[index] ?? '');
    }
    if (content !== '') yield { content, number };
  }
}

function endsInContinuation(line: string): boolean {
  let backslashes = 0;
  while (line[line.length - 1 - backslashes] === '\\') backslashes++;
  return backslashes % 2 === 1;
}

/** The key ends at the first white space, `=` or `:` that no backslash precedes; one separator and the white space around it are skipped. */
function splitPoints(line: string): { keyEnd: number; valueStart: number } {
  let keyEnd = 0;
  while (keyEnd < line.length && !isSeparator(line[keyEnd]) && !isBlank(line[keyEnd])) {
    keyEnd += line[keyEnd] === '\\' ? 2 : 1;
  }
  keyEnd = Math.min(keyEnd, line.length);
  let valueStart = skipBlanks(line, keyEnd);
  if (isSeparator(line[valueStart])) valueStart = skipBlanks(line, valueStart + 1);
  return { keyEnd, valueStart };
}

function isSeparator(character: string | undefined): boolean {
  return character === '=' || character === ':';
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t' || character === '\f';
}

function skipBlanks(line: string, from: number): number {
  let index = from;
  while (isBlank(line[index])) index++;
  return index;
}

function trimStart(line: string): string {
  return line.slice(skipBlanks(line, 0));
}

const CONTROL_CHARACTERS: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };

function withoutEscapes(text: string, lineNumber: number): string {
  return text.replace(/\\(u[0-9a-fA-F]{4}|[\s\S]|$)/g, (_, escaped: string) => {
    if (escaped.length === 5) return String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
    if (escaped === 'u')
      throw new ConfigError(`Cannot read line ${lineNumber}: \\u must be followed by four hexadecimal digits`);
    return CONTROL_CHARACTERS[escaped] ?? escaped;
  });
}
