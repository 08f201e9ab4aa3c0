// How modules say what happens, and what they count.

export { type Logger, silentLogger } from './logger.ts';
export { type LogLine, MemoryLogger } from './memory-logger.ts';
export {
  type Counter,
  type ForeignSample,
  type Labels,
  type MetricDefinition,
  type Metrics,
  noMetrics,
  type Sample,
  type Summary,
} from './metrics.ts';
export {
  chooseLogFormat,
  createPinoLogger,
  type LogDestination,
  type LogFormat,
  type LogLevel,
  type LogLevelSetting,
  type PinoLoggerOptions,
} from './pino-logger.ts';
export { createPromMetrics, type MetricFamily, type ReadableMetrics } from './prom-metrics.ts';
