// What the parts of one log share. One small object per log, because a broker has very many of them.

import type { LogConfig } from './log-config.ts';
import type { LogServices } from './log-options.ts';

export interface LogContext {
  readonly services: LogServices;
  readonly topic: string;
  readonly partition: number;
  /** Path of the partition's directory; another one once it waits to be removed. */
  directory: string;
  config: LogConfig;
}

/** For messages. */
export function logName({ topic, partition }: Pick<LogContext, 'topic' | 'partition'>): string {
  return `${topic}-${partition}`;
}
