// What `log verify` and `log repair` say of a partition.

import type { VerifiedLog } from '../../log/index.ts';
import { printable } from '../output/table.ts';

/** Lines for people: one for each problem. */
export function problemLines({ problems }: VerifiedLog): string {
  return problems
    .map(({ kind, path, position, reason }) => {
      const place = position === undefined ? '' : `, byte ${position}`;
      return `${kind.padEnd(8)} ${printable(path)}${place}: ${printable(reason)}\n`;
    })
    .join('');
}

export function verifiedJson(directory: string, { segments, batches, bytes, logEndOffset, problems }: VerifiedLog) {
  return {
    directory,
    segments,
    batches,
    bytes,
    logEndOffset,
    problems: problems.map((problem) => ({ ...problem, position: problem.position ?? null })),
  };
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
