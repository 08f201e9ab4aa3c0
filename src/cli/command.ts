// The language in which a command is declared, once: parsing, checks, types and `--help` come from the declaration.
// Options repeat and carry examples, which is why this is not an off-the-shelf parser; `parseArgs` of Node does the lexing.

import type { CommandContext } from './context.ts';

interface OptionBase {
  readonly doc: string;
  readonly short?: string;
}

export interface FlagOption extends OptionBase {
  readonly type: 'flag';
}

export interface TextOption extends OptionBase {
  readonly type: 'text';
  /** What stands for the value in help: `HOST:PORT`. */
  readonly value: string;
  readonly choices?: readonly string[];
  readonly default?: string;
  /** May be given several times. */
  readonly multiple?: boolean;
  readonly required?: boolean;
}

export interface NumberOption extends OptionBase {
  readonly type: 'number';
  readonly value: string;
  readonly min?: number;
  readonly max?: number;
  readonly default?: number;
  /** Default false: whole numbers only. */
  readonly fractions?: boolean;
}

export type OptionDefinition = FlagOption | TextOption | NumberOption;
export type OptionTable = Readonly<Record<string, OptionDefinition>>;

export interface PositionalDefinition {
  readonly name: string;
  readonly doc: string;
  readonly required?: boolean;
  /** Takes all that follow; only the last one may. */
  readonly multiple?: boolean;
}

type OptionValue<O extends OptionDefinition> = O extends FlagOption
  ? boolean
  : O extends TextOption
    ? O extends { readonly multiple: true }
      ? readonly string[]
      : O extends { readonly default: string } | { readonly required: true }
        ? string
        : string | undefined
    : O extends { readonly default: number }
      ? number
      : number | undefined;

/** The values of an option table. */
export type OptionValues<T extends OptionTable> = { readonly [Name in keyof T]: OptionValue<T[Name]> };

export interface Example {
  readonly command: string;
  readonly doc: string;
}

/** A command that runs. `run` resolves when it is done, and throws what went wrong. */
export interface Command<T extends OptionTable = OptionTable> {
  readonly name: string;
  readonly summary: string;
  /** More about it, below the usage line. */
  readonly details?: string;
  readonly positionals?: readonly PositionalDefinition[];
  readonly options: T;
  /** Words that stand for options: spellings that other tools have taught people, `-daemon`. */
  readonly spellings?: Readonly<Record<string, string>>;
  readonly examples: readonly Example[];
  run(context: CommandContext, options: OptionValues<T>, positionals: readonly string[]): Promise<void>;
}

/** A command as the tree holds it: what it is called, and where it is loaded from when it is used. */
export interface LazyCommand {
  readonly summary: string;
  load(): Promise<RunnableCommand>;
}

/** A command that has forgotten the types of its options. */
export interface RunnableCommand extends Omit<Command, 'run'> {
  run(
    context: CommandContext,
    options: Readonly<Record<string, unknown>>,
    positionals: readonly string[],
  ): Promise<void>;
}

export interface CommandGroup {
  readonly name: string;
  readonly summary: string;
  readonly details?: string;
  readonly commands: Readonly<Record<string, LazyCommand | CommandGroup>>;
  readonly examples: readonly Example[];
}

/** Declares a command. Its options have passed their checks when `run` gets them. */
export function command<const T extends OptionTable>(definition: Command<T>): RunnableCommand {
  return {
    ...definition,
    run: (context, options, positionals) => definition.run(context, options as OptionValues<T>, positionals),
  };
}
