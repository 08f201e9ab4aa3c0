// LZ4 blocks by the WebAssembly that wasm/lz4-blocks.ts compiles to, loaded with the first block. Hot path of every lz4 batch that is written or looked
// into; bench/client-produce.ts and client-consume.ts watch it. What it gives are views on the codec's memory, which end with the next call.

import { WASM } from './lz4-blocks-wasm.ts';

interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

interface Lz4Blocks {
  readonly memory: Memory;
  compress(start: number, end: number, output: number): number;
  decompress(start: number, end: number, output: number, outputEnd: number, history: number): number;
  readonly TABLE_BYTES: { readonly value: number };
  readonly SLACK_BYTES: { readonly value: number };
  readonly OUTPUT_FULL: { readonly value: number };
}

/** The types of Node have none for it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Buffer) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

/** What a block may have for `compressLz4Block`, as Kafka writes them. */
export const LZ4_BLOCK_BYTES = 64 * 1024;
/** How far matches reach back. */
const HISTORY_BYTES = 64 * 1024;
const PAGE_BYTES = 64 * 1024;

/** The block for `input[start, end)`, of LZ4_BLOCK_BYTES at most. */
export function compressLz4Block(input: Buffer, start: number, end: number): Buffer {
  loaded ??= load();
  const { blocks, slackBytes } = loaded;
  const inputAt = blocks.TABLE_BYTES.value;
  const inputEnd = inputAt + end - start;
  const outputAt = inputEnd + slackBytes;
  const memory = memoryOf(loaded, outputAt + worstCaseBytes(end - start) + slackBytes);
  input.copy(memory, inputAt, start, end);
  return memory.subarray(outputAt, blocks.compress(inputAt, inputEnd, outputAt));
}

/**
 * Inflates the block `input[start, end)`, whose matches may reach back into `history`. 'full': there is more in it than `maxOutputBytes`. 'corrupt': it
 * is not LZ4.
 */
export function decompressLz4Block(
  input: Buffer,
  start: number,
  end: number,
  maxOutputBytes: number,
  history: Buffer,
): Buffer | 'full' | 'corrupt' {
  loaded ??= load();
  const { blocks, slackBytes } = loaded;
  const historyStart = Math.max(0, history.length - HISTORY_BYTES);
  const inputAt = blocks.TABLE_BYTES.value;
  const inputEnd = inputAt + end - start;
  const historyAt = inputEnd + slackBytes;
  const outputAt = historyAt + history.length - historyStart;
  const outputEnd = outputAt + maxOutputBytes;
  const memory = memoryOf(loaded, outputEnd + slackBytes);
  input.copy(memory, inputAt, start, end);
  history.copy(memory, historyAt, historyStart);
  const written = blocks.decompress(inputAt, inputEnd, outputAt, outputEnd, historyAt);
  if (written < 0) return written === blocks.OUTPUT_FULL.value ? 'full' : 'corrupt';
  return memory.subarray(outputAt, written);
}

/** Room that a block of `bytes` may need. */
export function worstCaseBytes(bytes: number): number {
  return bytes + Math.ceil(bytes / 255) + 16;
}

interface Codec {
  readonly blocks: Lz4Blocks;
  readonly slackBytes: number;
  /** All of its memory, until that grows. */
  memory: Buffer;
}

let loaded: Codec | undefined;

function load(): Codec {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(WASM, 'base64')));
  const blocks = exports as Lz4Blocks;
  return { blocks, slackBytes: blocks.SLACK_BYTES.value, memory: Buffer.from(blocks.memory.buffer) };
}

/** Of `bytes` at least. It never shrinks: the largest block of the format has 4 MiB, so it stays below 9. */
function memoryOf(codec: Codec, bytes: number): Buffer {
  if (bytes > codec.memory.length) {
    codec.blocks.memory.grow(Math.ceil((bytes - codec.memory.length) / PAGE_BYTES));
    codec.memory = Buffer.from(codec.blocks.memory.buffer);
  }
  return codec.memory;
}
