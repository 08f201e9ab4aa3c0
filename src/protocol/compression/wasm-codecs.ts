// The snappy compressor of @platformatic/wasm-utils, loaded when the first snappy batch is written: a broker that only stores
// batches never pays for it. Its decompressor is not used: it inflates without a limit and traps on bad input.

import { createRequire } from 'node:module';

export interface WasmCodecs {
  /** One raw snappy block. Not for empty input. */
  snappyCompress(input: Buffer): Buffer;
}

let loaded: WasmCodecs | undefined;

export function wasmCodecs(): WasmCodecs {
  loaded ??= createRequire(import.meta.url)('@platformatic/wasm-utils') as WasmCodecs;
  return loaded;
}
