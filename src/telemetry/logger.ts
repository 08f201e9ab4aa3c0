// What every module logs through. The pino logger of the server fits it as it is; tests pass `silentLogger`.

/** Structured first, words second: `logger.warn({ topic, partition }, 'cut off a torn batch')`. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Logger;
}

const ignore = () => {};

/** Drops everything. */
export const silentLogger: Logger = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  child: () => silentLogger,
};
