// How modules say what happens. Metrics and traces have their place here when they come.

export { type Logger, silentLogger } from './logger.ts';
export { type LogLine, MemoryLogger } from './memory-logger.ts';
export {
  chooseLogFormat,
  createPinoLogger,
  type LogDestination,
  type LogFormat,
  type LogLevel,
  type LogLevelSetting,
  type PinoLoggerOptions,
} from './pino-logger.ts';
