// What happened in a run, in order. The hash over it tells whether two runs were the same; a replay prints it.

import { createHash } from 'node:crypto';
import type { Clock } from '../platform/index.ts';
import type { Logger } from '../telemetry/index.ts';

/** A `detail` is what only a close look wants to see, such as the calls to the disk. */
export type Importance = 'event' | 'detail';

export type OnEvent = (line: string, importance: Importance) => void;

export class Trace {
  readonly #clock: Clock;
  readonly #onEvent: OnEvent;
  readonly #hash = createHash('sha256');
  #count = 0;
  /** What processes have logged as errors. */
  readonly errors: string[] = [];

  constructor(clock: Clock, onEvent: OnEvent = () => {}) {
    this.#clock = clock;
    this.#onEvent = onEvent;
  }

  /** Events and details so far. */
  get count(): number {
    return this.#count;
  }

  event(text: string): void {
    this.#add(text, 'event');
  }

  detail(text: string): void {
    this.#add(text, 'detail');
  }

  /** Of everything so far, in hexadecimal. Ends the trace. */
  digest(): string {
    return this.#hash.digest('hex');
  }

  #add(text: string, importance: Importance): void {
    const line = `${(this.#clock.monotonic() / 1000).toFixed(3).padStart(9)} ${text}`;
    this.#count++;
    this.#hash.update(line);
    this.#onEvent(line, importance);
  }
}

/** Puts what a process logs into the trace: warnings and errors as events. */
export function traceLogger(trace: Trace, name: string): Logger {
  const log = (level: string) => (fields: object, message: string) =>
    trace.event(`${name} ${level}: ${message}${reasonOf(fields)}`);
  return {
    debug: () => {},
    info: (_fields, message) => trace.detail(`${name} info: ${message}`),
    warn: log('warn'),
    error: (fields, message) => {
      trace.errors.push(`${message}${reasonOf(fields)}${placeOf(fields)}`);
      log('error')(fields, message);
    },
    child: () => traceLogger(trace, name),
  };
}

/** As `LogCorruptError` says it, where it is in the fields. */
function placeOf(fields: object): string {
  return 'segment' in fields && 'position' in fields
    ? ` (${fields.segment} is corrupt at byte ${fields.position})`
    : '';
}

function reasonOf(fields: object): string {
  const reason = 'error' in fields ? fields.error : 'err' in fields && fields.err;
  return reason instanceof Error ? ` (${reason.message})` : '';
}
