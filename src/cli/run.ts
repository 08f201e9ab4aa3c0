// From a command line to an exit code: finds the command, parses, runs, and tells what went wrong in one line.

import type { CommandGroup, LazyCommand } from './command.ts';
import { commandTree } from './command-tree.ts';
import { type CommandContext, StopRequest } from './context.ts';
import { commandHelp, groupHelp } from './help.ts';
import { styler } from './output/style.ts';
import { hasHelpFlag, nearest, parseCommandLine } from './parse.ts';
import { UsageError } from './usage-error.ts';

export const EXIT_OK = 0;
export const EXIT_FAILED = 1;
export const EXIT_USAGE = 2;
/** As a shell reports a process that SIGINT ended. */
export const EXIT_INTERRUPTED = 130;

/** Resolves to the exit code; never rejects. */
export async function runCommandLine(args: readonly string[], context: CommandContext): Promise<number> {
  const path = ['millrace'];
  try {
    await dispatch(commandTree, args, path, context);
    return EXIT_OK;
  } catch (error) {
    return report(error, path, context);
  }
}

async function dispatch(
  group: CommandGroup,
  args: readonly string[],
  path: string[],
  context: CommandContext,
): Promise<void> {
  const [word, ...rest] = args;
  if (word === undefined || word === 'help' || (word.startsWith('-') && hasHelpFlag(args))) {
    // `millrace help topics create` is `millrace topics create --help`.
    if (word === 'help' && rest.length > 0) return dispatch(group, [...rest, '--help'], path, context);
    if (word === undefined && path.length > 1)
      throw new UsageError(`${path.join(' ')} needs a command: ${Object.keys(group.commands).join(', ')}`);
    context.stdout.write(groupHelp(group, path, context.stdout));
    return;
  }
  if (path.length === 1 && (word === '--version' || word === '-V' || word === 'version')) {
    const { printVersion } = await import('./commands/version.ts');
    return printVersion(context);
  }
  const entry = Object.hasOwn(group.commands, word) ? group.commands[word] : undefined;
  if (entry === undefined) throw unknownCommand(word, group);
  path.push(word);
  if (isGroup(entry)) return dispatch(entry, rest, path, context);
  const command = await entry.load();
  const { isHelp, options, positionals } = parseCommandLine(command, rest);
  if (isHelp) context.stdout.write(commandHelp(command, path, context.stdout));
  else await command.run(context, options, positionals);
}

function isGroup(entry: LazyCommand | CommandGroup): entry is CommandGroup {
  return 'commands' in entry;
}

function unknownCommand(word: string, group: CommandGroup): UsageError {
  const close = nearest(word, Object.keys(group.commands));
  const hint = close === undefined ? `known are ${Object.keys(group.commands).join(', ')}` : `did you mean ${close}?`;
  return new UsageError(`There is no command ${word}: ${hint}`);
}

function report(error: unknown, path: readonly string[], context: CommandContext): number {
  if (error instanceof StopRequest) {
    return error.source === 'closed output' ? EXIT_OK : EXIT_INTERRUPTED;
  }
  const style = styler(context.stderr);
  const message = error instanceof Error ? error.message : String(error);
  context.stderr.write(`${style('red', 'millrace:')} ${firstLine(message)}\n`);
  // By its name: this file does not load the client.
  if (error instanceof Error && error.name === 'BootstrapError') {
    context.stderr.write('Start a broker with: millrace start, or name one with --bootstrap-server HOST:PORT\n');
  }
  if (error instanceof UsageError) {
    context.stderr.write(`Run ${path.join(' ')} --help to see what it takes.\n`);
    return EXIT_USAGE;
  }
  if (context.env.MILLRACE_DEBUG && error instanceof Error) context.stderr.write(`${describeCauses(error)}\n`);
  return EXIT_FAILED;
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message;
}

/** With MILLRACE_DEBUG set: where it happened, and what was behind it. */
function describeCauses(error: Error): string {
  const own = error.stack ?? error.message;
  return error.cause instanceof Error ? `${own}\ncaused by ${describeCauses(error.cause)}` : own;
}
