// `--help`, made from the declarations.

import type {
  CommandGroup,
  Example,
  OptionDefinition,
  OptionTable,
  PositionalDefinition,
  RunnableCommand,
} from './command.ts';
import type { OutputStream } from './context.ts';
import { type Style, styler } from './output/style.ts';

/** The help of a command; `path` is what was typed to get there: `['millrace', 'topics', 'create']`. */
export function commandHelp(command: RunnableCommand, path: readonly string[], output: OutputStream): string {
  const style = styler(output);
  const positionals = command.positionals ?? [];
  const usage = [...path, ...positionals.map(positionalUsage), '[options]'].join(' ');
  const sections = [
    command.summary,
    `${style('bold', 'Usage')}\n  ${usage}`,
    command.details ?? '',
    section(
      'Arguments',
      positionals.map((positional) => [positional.name, positional.doc]),
      style,
    ),
    section('Options', optionRows(command.options), style),
    exampleSection(command.examples, style),
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

/** The help of a group of commands. */
export function groupHelp(group: CommandGroup, path: readonly string[], output: OutputStream): string {
  const style = styler(output);
  const rows = Object.entries(group.commands).map(([name, entry]): Row => [name, entry.summary]);
  const sections = [
    group.summary,
    `${style('bold', 'Usage')}\n  ${path.join(' ')} COMMAND [options]`,
    section('Commands', rows, style),
    group.details ?? '',
    exampleSection(group.examples, style),
    `Run ${style('cyan', `${path.join(' ')} COMMAND --help`)} for the options of a command.`,
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

type Row = readonly [left: string, right: string];

function section(title: string, rows: readonly Row[], style: Style): string {
  if (rows.length === 0) return '';
  const width = Math.min(Math.max(...rows.map(([left]) => left.length)), 34);
  const lines = rows.map(([left, right]) => {
    const gap = left.length > width ? `\n${' '.repeat(width + 4)}` : ' '.repeat(width - left.length + 2);
    return `  ${style('cyan', left)}${gap}${right}`;
  });
  return `${style('bold', title)}\n${lines.join('\n')}`;
}

function exampleSection(examples: readonly Example[], style: Style): string {
  if (examples.length === 0) return '';
  const lines = examples.map(({ command, doc }) => `  ${style('dim', `# ${doc}`)}\n  ${command}`);
  return `${style('bold', examples.length === 1 ? 'Example' : 'Examples')}\n${lines.join('\n')}`;
}

function positionalUsage(positional: PositionalDefinition): string {
  const name = positional.multiple ? `${positional.name}...` : positional.name;
  return positional.required ? name : `[${name}]`;
}

function optionRows(options: OptionTable): Row[] {
  const rows: Row[] = [];
  for (const [name, definition] of Object.entries(options)) {
    rows.push([optionLeft(name, definition), optionRight(definition)]);
  }
  rows.push(['-h, --help', 'show this']);
  return rows;
}

function optionLeft(name: string, definition: OptionDefinition): string {
  const short = definition.short === undefined ? '' : `-${definition.short}, `;
  return definition.type === 'flag' ? `${short}--${name}` : `${short}--${name} ${definition.value}`;
}

function optionRight(definition: OptionDefinition): string {
  const notes: string[] = [];
  if (definition.type === 'text' && definition.choices) notes.push(`one of ${definition.choices.join(', ')}`);
  if (definition.type === 'text' && definition.multiple) notes.push('may be repeated');
  if (definition.type === 'text' && definition.required) notes.push('needed');
  if (definition.type !== 'flag' && definition.default !== undefined) notes.push(`default ${definition.default}`);
  return notes.length === 0 ? definition.doc : `${definition.doc} (${notes.join('; ')})`;
}
