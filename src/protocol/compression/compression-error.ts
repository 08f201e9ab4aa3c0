// Why compressed data was refused. `too-large` is the answer to a bomb: nothing beyond the limit was inflated.

import type { CompressionType } from './compression-type.ts';

export type CompressionFailure = 'corrupt' | 'too-large' | 'unsupported';

export class CompressionError extends Error {
  override readonly name = 'CompressionError';
  readonly failure: CompressionFailure;

  constructor(failure: CompressionFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

export function corrupt(type: CompressionType, detail: string, cause?: unknown): CompressionError {
  return new CompressionError('corrupt', `Cannot decompress ${type} data: ${detail}`, { cause });
}

export function tooLarge(type: CompressionType, maxOutputBytes: number): CompressionError {
  return new CompressionError(
    'too-large',
    `Cannot decompress ${type} data: it would exceed the limit of ${maxOutputBytes} bytes`,
  );
}
