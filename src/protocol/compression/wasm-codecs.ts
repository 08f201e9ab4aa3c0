// The compressors of @platformatic/wasm-utils, loaded when the first lz4 or snappy batch is written: a broker that only stores
// batches never pays for them. Its decompressors are not used: they inflate without a limit and trap on bad input.

import { createRequire } from 'node:module';

export interface WasmCodecs {
  /** A whole LZ4 frame with independent blocks. Not for empty input. */
  lz4Compress(input: Buffer): Buffer;
  /** One raw snappy block. Not for empty input. */
  snappyCompress(input: Buffer): Buffer;
}

let loaded: WasmCodecs | undefined;

export function wasmCodecs(): WasmCodecs {
  loaded ??= createRequire(import.meta.url)('@platformatic/wasm-utils') as WasmCodecs;
  return loaded;
}
