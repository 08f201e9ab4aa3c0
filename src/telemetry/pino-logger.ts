// The logger of a real process: JSON lines for machines, one readable line for a terminal. Everything that is logged passes
// `loggable` first, so secrets and control characters cannot get through, whoever logs.

import type { Logger as PinoLogger } from 'pino';
import type { Clock } from '../platform/index.ts';
import { cleanText, loggableFields } from './loggable.ts';
import type { Logger } from './logger.ts';
import { type LogRecord, prettyLine } from './pretty-line.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';
export type LogFormat = 'json' | 'pretty';

/** The least level that is written, of which its owner may change its mind while the process runs. */
export interface LogLevelSetting {
  current: LogLevel;
}

export interface PinoLoggerOptions {
  readonly clock: Clock;
  /** The least level that is written. Default `info`. */
  readonly level?: LogLevel | LogLevelSetting;
  /** Default `json`; see `chooseLogFormat`. */
  readonly format?: LogFormat;
  /** Colours in the pretty format. Default false. */
  readonly useColors?: boolean;
  /** Where lines go. Default: standard error, without waiting; lines beyond 8 MiB that nobody reads are dropped. */
  readonly destination?: LogDestination;
}

export interface LogDestination {
  write(line: string): void;
}

const SEVERITY: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3, silent: 4 };
const MOST_WAITING_BYTES = 8 * 2 ** 20;
// A field of the same name would give a line a second level, time or text, and readers take the last one.
const RESERVED_NAMES = ['level', 'time', 'msg'];

/** Loads pino when it is called, so that commands that never log do not pay for it. */
export async function createPinoLogger(options: PinoLoggerOptions): Promise<Logger> {
  const { pino } = await import('pino');
  const { clock, level = 'info', format = 'json', useColors = false } = options;
  const destination = options.destination ?? pino.destination({ dest: 2, sync: false, maxLength: MOST_WAITING_BYTES });
  const pretty: LogDestination = {
    write: (line) => destination.write(prettyLine(JSON.parse(line) as LogRecord, useColors)),
  };
  const logger = pino(
    {
      // What is written is decided line by line, because children of pino keep the level that they were born with.
      level: 'debug',
      base: null,
      timestamp: () => `,"time":"${new Date(clock.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    format === 'pretty' ? pretty : destination,
  );
  return safeLogger(logger, typeof level === 'string' ? { current: level } : level);
}

/** Pretty on a terminal, JSON everywhere else and wherever LOG_FORMAT=json asks for it. */
export function chooseLogFormat(
  isTerminal: boolean,
  environment: Readonly<Record<string, string | undefined>>,
): LogFormat {
  if (environment.LOG_FORMAT === 'json' || environment.LOG_FORMAT === 'pretty') return environment.LOG_FORMAT;
  return isTerminal ? 'pretty' : 'json';
}

/** pino's own hooks leave out the fields of children, so everything is made safe before it gets there. */
function safeLogger(logger: PinoLogger, threshold: LogLevelSetting): Logger {
  const at = (level: Exclude<LogLevel, 'silent'>) => (fields: object, message: string) => {
    // Before the fields are walked: most debug lines are never written.
    if (SEVERITY[level] >= SEVERITY[threshold.current]) logger[level](ownFields(fields), cleanText(message));
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => safeLogger(logger.child(ownFields(fields)), threshold),
  };
}

function ownFields(fields: object): object {
  const own = loggableFields(fields);
  for (const name of RESERVED_NAMES) {
    const value = own[name];
    if (value === undefined) continue;
    delete own[name];
    own[`${name}_`] = value;
  }
  return own;
}
