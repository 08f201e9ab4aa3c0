// Compression on a thread of Node's pool, while the caller's thread goes on: for gzip and zstd, which node:zlib has. The others have no thread to go to.
// Hot path of producers with large batches; bench/client-produce.ts watches it.

import { promisify } from 'node:util';
import { constants, createZstdCompress, gzip, type ZlibOptions, type ZstdCompress } from 'node:zlib';
import { COMPRESSION_LEVELS, type CompressionType } from './compression-type.ts';
import { zstdParameters } from './zstd.ts';

export interface AsideCompressor {
  /** Resolves to what `compress` gives. `input` must not change until then. Rejects when it is closed, and when memory is short. */
  compress(input: Buffer): Promise<Buffer>;
  /** Once, when nothing more is to come. */
  close(): void;
}

/** Undefined for types that are compressed by the caller's thread only. `level` is Kafka's, the codec's default without it. */
export function asideCompressor(type: CompressionType, level?: number): AsideCompressor | undefined {
  if (type === 'gzip') return gzipAside(level);
  return type === 'zstd' ? new ZstdAside(level) : undefined;
}

const gzipInPool = promisify<Buffer, ZlibOptions, Buffer>(gzip);

function gzipAside(level: number = COMPRESSION_LEVELS.gzip.default): AsideCompressor {
  return { compress: (input) => gzipInPool(input, { level }), close() {} };
}

/** A context of zstd is a megabyte and more: to make one for each input would take half as long again as compressing it. */
class ZstdAside implements AsideCompressor {
  readonly #level: number | undefined;
  #stream: ZstdCompress | undefined;
  #pieces: Buffer[] = [];

  constructor(level: number | undefined) {
    this.#level = level;
  }

  compress(input: Buffer): Promise<Buffer> {
    this.#stream ??= this.#open();
    const stream = this.#stream;
    return new Promise((resolve, reject) => {
      // The stream hands out all of an input before it calls back, one input after the other.
      stream.write(input, (error) => {
        const [first = Buffer.alloc(0), ...more] = this.#pieces;
        this.#pieces = [];
        if (error) reject(error);
        else resolve(more.length === 0 ? first : Buffer.concat([first, ...more]));
      });
    });
  }

  close(): void {
    this.#stream?.destroy();
  }

  #open(): ZstdCompress {
    const params = zstdParameters(this.#level);
    // Every write is a frame of its own, which is begun and ended at once, so that zstd puts the content size into it.
    const stream = createZstdCompress({ params, flush: constants.ZSTD_e_end, chunkSize: OUTPUT_CHUNK_BYTES });
    stream.on('data', (piece: Buffer) => this.#pieces.push(piece));
    // Whoever waits for an input hears of it.
    stream.on('error', () => {});
    return stream;
  }
}

// Where an output does not fit into what is left of a chunk, its rest goes to the other thread once more; this holds several outputs of the usual size.
const OUTPUT_CHUNK_BYTES = 256 * 1024;
