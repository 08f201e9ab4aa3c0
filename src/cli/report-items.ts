// The end of commands that do something to several things: what was done on stdout, what was not on stderr, and failure if anything was not.

import type { CommandContext } from './context.ts';
import { toJson } from './output/json.ts';
import { printable } from './output/table.ts';

export interface Item {
  /** What the item is, for JSON. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** What was done: `created topic orders`. */
  readonly done: string;
  readonly error: Error | undefined;
}

/** Throws, after everything is told, when an item failed. */
export function reportItems(context: CommandContext, items: readonly Item[], isJson: boolean): void {
  const failed = items.filter((item) => item.error);
  if (isJson) {
    const rows = items.map(({ fields, error }) => ({
      ...fields,
      error: error ? { code: codeOf(error), message: error.message } : null,
    }));
    context.stdout.write(`${toJson(rows, 2)}\n`);
  } else {
    for (const { done, error } of items) if (!error) context.stdout.write(`${printable(done)}\n`);
  }
  const [first, ...others] = failed;
  if (first?.error === undefined) return;
  // The last line is written by whoever catches this.
  for (const { error } of others.toReversed()) context.stderr.write(`millrace: ${printable(error?.message ?? '')}\n`);
  throw first.error;
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
