// A line of the log for people: `10:02:03.456 warn  cut off a torn batch  topic=orders partition=3`.

import type { Loggable } from './loggable.ts';

const COLORS: Record<string, string> = { debug: '\x1b[90m', info: '\x1b[32m', warn: '\x1b[33m', error: '\x1b[31m' };
const DIM = '\x1b[90m';
const RESET = '\x1b[0m';

export interface LogRecord {
  readonly time: string;
  readonly level: string;
  readonly msg: string;
  readonly [name: string]: Loggable;
}

/** One line; an error's stack follows, indented, where the level is `error`. The record must have passed `loggable`. */
export function prettyLine(record: LogRecord, useColors: boolean): string {
  const { time, level, msg, ...fields } = record;
  const paint = (color: string, text: string) => (useColors && text !== '' ? `${color}${text}${RESET}` : text);
  const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${fieldText(value)}`);
  const head = `${paint(DIM, time.slice(11, 23))} ${paint(COLORS[level] ?? '', level.padEnd(5))} ${msg}`;
  const stack = level === 'error' ? stackLines(fields).map((line) => `    ${line}\n`) : [];
  return `${head}${paint(DIM, rest.length > 0 ? ` ${rest.join('')}` : '')}\n${stack.join('')}`;
}

function fieldText(value: Loggable): string {
  if (isErrorShape(value)) return JSON.stringify(value.message);
  if (typeof value === 'string') return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
  return JSON.stringify(value);
}

function stackLines(fields: { [name: string]: Loggable }): string[] {
  return Object.values(fields).flatMap((value) => (isErrorShape(value) ? value.stack.map(String) : []));
}

function isErrorShape(value: Loggable): value is { message: string; stack: Loggable[] } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'message' in value &&
    typeof value.message === 'string' &&
    'stack' in value &&
    Array.isArray(value.stack)
  );
}
