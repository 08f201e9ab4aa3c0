// Tables for people: columns as wide as their content, numbers to the right, nothing drawn around them, so that `awk` can read them too.

import { stripVTControlCharacters } from 'node:util';
import type { OutputStream } from '../context.ts';
import { styler } from './style.ts';

export type Cell = string | number | bigint | boolean | null | undefined;

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

const GAP = '  ';

/** Lines with a heading. A missing value shows as `-`. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  output: OutputStream,
): string {
  const style = styler(output);
  const texts = rows.map((row) => columns.map((_, index) => cellText(row[index])));
  const widths = columns.map((column, index) =>
    Math.max(column.title.length, ...texts.map((row) => displayWidth(row[index] ?? ''))),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) =>
        pad(cell, widths[index] ?? 0, columns[index]?.align ?? 'left', index === columns.length - 1),
      )
      .join(GAP);
  const heading = style('bold', line(columns.map((column) => column.title)));
  return `${[heading, ...texts.map(line)].join('\n')}\n`;
}

function cellText(cell: Cell): string {
  if (cell === null || cell === undefined || cell === '') return '-';
  return printable(String(cell));
}

/** A name from a broker may hold anything; what moves the cursor or rings the bell is not passed on. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function pad(text: string, width: number, align: 'left' | 'right', isLast: boolean): string {
  const space = ' '.repeat(Math.max(width - displayWidth(text), 0));
  if (align === 'right') return space + text;
  return isLast ? text : text + space;
}

function displayWidth(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}
