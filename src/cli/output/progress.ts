// How far long work is: a bar on stderr, only where somebody can see it and stdout does not go to the same screen.

import type { SingleBar } from 'cli-progress';
import type { CommandContext } from '../context.ts';

export interface Progress {
  /** How much is done of the total, in its unit. */
  update(done: number): void;
  stop(): void;
}

export interface ProgressOptions {
  readonly total: number;
  /** What is counted: `records`, `bytes`. */
  readonly unit: string;
  /** Show it although stdout is the same terminal: nothing else is printed there meanwhile. */
  readonly isQuiet?: boolean;
}

const NOTHING: Progress = { update: () => {}, stop: () => {} };

export async function startProgress(context: CommandContext, options: ProgressOptions): Promise<Progress> {
  const isVisible = context.stderr.isTTY && (options.isQuiet || !context.stdout.isTTY);
  if (!isVisible || options.total <= 0) return NOTHING;
  const { default: cliProgress } = await import('cli-progress');
  const bar: SingleBar = new cliProgress.SingleBar({
    stream: context.stderr,
    format: `{bar} {percentage}%  {value} of {total} ${options.unit}  {duration_formatted}, {eta_formatted} left`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
    fps: 10,
    formatValue: (value, _options, type) =>
      type === 'value' || type === 'total' ? value.toLocaleString('en-US') : String(value),
  });
  bar.start(options.total, 0);
  return { update: (done) => bar.update(Math.min(done, options.total)), stop: () => bar.stop() };
}
