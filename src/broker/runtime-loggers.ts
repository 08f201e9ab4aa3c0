// The loggers of this broker as clients see and change them (KIP-412). There is one, the root of all; its level lasts until the process ends.

import { type IncrementalAlterConfigsRequest, type Item, KafkaError } from '../protocol/index.ts';
import type { LogLevel, LogLevelSetting } from '../telemetry/index.ts';

type Operation = Item<Item<IncrementalAlterConfigsRequest['resources']>['configs']>;

export const ROOT_LOGGER = 'root';
/** Kafka's names. What is finer or coarser than ours is rounded. */
const LEVELS: ReadonlyMap<string, LogLevel> = new Map([
  ['TRACE', 'debug'],
  ['DEBUG', 'debug'],
  ['INFO', 'info'],
  ['WARN', 'warn'],
  ['ERROR', 'error'],
  ['FATAL', 'error'],
]);
const NAMES: Readonly<Record<LogLevel, string>> = {
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARN',
  error: 'ERROR',
  silent: 'FATAL',
};
const SET = 0;
const DELETE = 1;
const OPERATION_NAMES = ['SET', 'DELETE', 'APPEND', 'SUBTRACT'];

export class RuntimeLoggers {
  readonly #setting: LogLevelSetting;

  constructor(setting: LogLevelSetting) {
    this.#setting = setting;
  }

  /** Level by logger, in Kafka's names. */
  get levels(): Readonly<Record<string, string>> {
    return { [ROOT_LOGGER]: NAMES[this.#setting.current] };
  }

  /** All of the changes, or none when one of them cannot be. Throws INVALID_CONFIG or INVALID_REQUEST. */
  change(operations: readonly Operation[], validateOnly: boolean): void {
    const levels = operations.map(levelOf);
    if (validateOnly) return;
    for (const level of levels) this.#setting.current = level;
  }
}

function levelOf({ name, configOperation, value }: Operation): LogLevel {
  if (configOperation !== SET && configOperation !== DELETE) {
    const operation = OPERATION_NAMES[configOperation] ?? `Unknown operation type ${configOperation}`;
    throw new KafkaError('INVALID_REQUEST', `${operation} operation is not allowed for the BROKER_LOGGER resource`);
  }
  if (name !== ROOT_LOGGER) throw new KafkaError('INVALID_CONFIG', `Logger ${name} does not exist!`);
  if (configOperation === DELETE) {
    throw new KafkaError('INVALID_REQUEST', `Removing the log level of the ${ROOT_LOGGER} logger is not allowed`);
  }
  const level = LEVELS.get(value ?? '');
  if (level === undefined) {
    throw new KafkaError(
      'INVALID_CONFIG',
      `Cannot set the log level of ${name} to ${value} as it is not a supported log level. ` +
        `Valid log levels are ${[...LEVELS.keys()].sort().join(', ')}`,
    );
  }
  return level;
}
