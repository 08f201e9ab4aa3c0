// Command line to values, as a command's declaration says.

import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import type {
  NumberOption,
  OptionDefinition,
  OptionTable,
  PositionalDefinition,
  RunnableCommand,
  TextOption,
} from './command.ts';
import { UsageError } from './usage-error.ts';

export interface ParsedCommandLine {
  readonly isHelp: boolean;
  readonly options: Readonly<Record<string, unknown>>;
  readonly positionals: readonly string[];
}

/** Throws `UsageError` for whatever the declaration does not allow; with `--help` nothing is checked. */
export function parseCommandLine(command: RunnableCommand, args: readonly string[]): ParsedCommandLine {
  if (hasHelpFlag(args)) return { isHelp: true, options: {}, positionals: [] };
  const { spellings = {} } = command;
  const { values, positionals } = lex(
    command.options,
    joinNegativeNumbers(
      command.options,
      args.map((arg) => spellings[arg] ?? arg),
    ),
  );
  const options: Record<string, unknown> = {};
  for (const [name, definition] of Object.entries(command.options)) {
    options[name] = readOption(name, definition, values[name]);
  }
  checkPositionals(command.positionals ?? [], positionals);
  return { isHelp: false, options, positionals };
}

/** `--offset -10` to `--offset=-10`: without that `-10` would be taken for options. */
function joinNegativeNumbers(table: OptionTable, args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const option = /^-\d+$/.test(arg) ? optionNamed(table, joined.at(-1) ?? '') : undefined;
    if (option === undefined) joined.push(arg);
    else joined[joined.length - 1] = `--${option}=${arg}`;
  }
  return joined;
}

/** The name of the option with a value that `arg` is, in its long or short form. */
function optionNamed(table: OptionTable, arg: string): string | undefined {
  const entry = Object.entries(table).find(
    ([name, { short }]) => arg === `--${name}` || (short !== undefined && arg === `-${short}`),
  );
  return entry && entry[1].type !== 'flag' ? entry[0] : undefined;
}

/** True when help is asked for before a `--`. */
export function hasHelpFlag(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return args.some((arg, index) => (arg === '--help' || arg === '-h') && (end < 0 || index < end));
}

type RawValue = string | boolean | (string | boolean)[] | undefined;

function lex(table: OptionTable, args: readonly string[]): { values: Record<string, RawValue>; positionals: string[] } {
  const config: ParseArgsOptionsConfig = {};
  for (const [name, definition] of Object.entries(table)) {
    config[name] = {
      type: definition.type === 'flag' ? 'boolean' : 'string',
      // Taken as a list always, so that an option given twice by mistake is noticed.
      multiple: true,
      ...(definition.short === undefined ? {} : { short: definition.short }),
    };
  }
  try {
    return parseArgs({ args: [...args], options: config, allowPositionals: true, allowNegative: false, strict: true });
  } catch (error) {
    throw new UsageError(lexMessage(error, Object.keys(table)));
  }
}

function lexMessage(error: unknown, names: readonly string[]): string {
  const message = error instanceof Error ? error.message : String(error);
  const unknown = /^Unknown option '(-*)([^']+)'/.exec(message);
  if (unknown === null) return message.split('. ')[0] ?? message;
  const [, dashes = '', name = ''] = unknown;
  const close = nearest(name, names);
  return `Unknown option ${dashes}${name}${close === undefined ? '' : `, did you mean --${close}?`}`;
}

function readOption(name: string, definition: OptionDefinition, raw: RawValue): unknown {
  const given = Array.isArray(raw) ? raw : raw === undefined ? [] : [raw];
  if (definition.type === 'flag') return given.length > 0;
  const texts = given.map(String);
  if (definition.type === 'text' && definition.multiple) return texts;
  if (texts.length > 1) throw new UsageError(`--${name} is given ${texts.length} times, once is enough`);
  const [text] = texts;
  return definition.type === 'number' ? readNumber(name, definition, text) : readText(name, definition, text);
}

function readText(name: string, definition: TextOption, text: string | undefined): string | undefined {
  if (text === undefined) {
    if (definition.required) throw new UsageError(`--${name} ${definition.value} is needed`);
    return definition.default;
  }
  if (definition.choices && !definition.choices.includes(text)) {
    throw new UsageError(`--${name} cannot be ${text}: it is one of ${definition.choices.join(', ')}`);
  }
  return text;
}

function readNumber(name: string, definition: NumberOption, text: string | undefined): number | undefined {
  if (text === undefined) return definition.default;
  const value = Number(text);
  const pattern = definition.fractions ? /^-?\d+(\.\d+)?$/ : /^-?\d+$/;
  if (!pattern.test(text) || !Number.isFinite(value) || (!definition.fractions && !Number.isSafeInteger(value))) {
    throw new UsageError(`--${name} cannot be ${text}: it is a ${definition.fractions ? '' : 'whole '}number`);
  }
  if (definition.min !== undefined && value < definition.min)
    throw new UsageError(`--${name} cannot be ${text}: the least is ${definition.min}`);
  if (definition.max !== undefined && value > definition.max)
    throw new UsageError(`--${name} cannot be ${text}: the most is ${definition.max}`);
  return value;
}

function checkPositionals(definitions: readonly PositionalDefinition[], positionals: readonly string[]): void {
  const missing = definitions.find((definition, index) => definition.required && positionals[index] === undefined);
  if (missing) throw new UsageError(`${missing.name} is missing`);
  const takesAll = definitions.at(-1)?.multiple ?? false;
  const extra = takesAll ? undefined : positionals[definitions.length];
  if (extra !== undefined) throw new UsageError(`Unexpected argument ${extra}`);
}

/** The name that someone who typed `word` most likely meant, if any is close. */
export function nearest(word: string, names: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const name of names) {
    const distance = name.startsWith(word) && word.length > 2 ? 0 : editDistance(word, name);
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
