// One open file of the machine. It knows how many calls are under way, because a descriptor that is closed under a call
// may already belong to another file when the call reaches the system.

import fs from 'node:fs';
import type { DiskFile } from './disk.ts';
import { systemError } from './system-error.ts';

// The system refuses more in one writev (IOV_MAX on Linux and macOS).
const MOST_CHUNKS_PER_WRITE = 1024;
// Linux transfers at most 2 GiB less a page per call, and Node refuses a larger length.
const MOST_BYTES_PER_READ = 2 ** 30;

export class NodeFile implements DiskFile {
  readonly path: string;
  readonly #descriptor: number;
  #callsUnderWay = 0;
  #closing: Promise<void> | undefined;
  #onIdle: (() => void) | undefined;

  constructor(path: string, descriptor: number) {
    this.path = path;
    this.#descriptor = descriptor;
  }

  async read(target: Buffer, position: number): Promise<number> {
    let done = 0;
    while (done < target.length) {
      const bytes = await this.#call<number>('read', (callback) => {
        fs.read(
          this.#descriptor,
          target,
          done,
          Math.min(target.length - done, MOST_BYTES_PER_READ),
          position + done,
          callback,
        );
      });
      if (bytes === 0) break;
      done += bytes;
    }
    return done;
  }

  async write(chunks: readonly Buffer[], position: number): Promise<void> {
    let next = position;
    let left = chunks.filter((chunk) => chunk.length > 0);
    while (left.length > 0) {
      const batch = left.length > MOST_CHUNKS_PER_WRITE ? left.slice(0, MOST_CHUNKS_PER_WRITE) : left;
      const written = await this.#call<number>('write', (callback) => {
        fs.writev(this.#descriptor, batch, next, callback);
      });
      next += written;
      left = dropBytes(left, written);
    }
  }

  sync(): Promise<void> {
    return this.#call('fdatasync', (callback) => fs.fdatasync(this.#descriptor, callback));
  }

  truncate(size: number): Promise<void> {
    return this.#call('ftruncate', (callback) => fs.ftruncate(this.#descriptor, size, callback));
  }

  /** Asked at once: of an open file the system knows it, and a way through another thread costs ten times as much. */
  async size(): Promise<number> {
    if (this.#closing !== undefined) throw this.#closed('fstat');
    return fs.fstatSync(this.#descriptor).size;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.#callsUnderWay > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
    // As for `size`: it only gives the descriptor back.
    fs.closeSync(this.#descriptor);
  }

  #call<T = void>(name: string, start: (callback: (error: Error | null, result?: T) => void) => void): Promise<T> {
    if (this.#closing !== undefined) return Promise.reject(this.#closed(name));
    this.#callsUnderWay++;
    return new Promise((resolve, reject) => {
      start((error, result) => {
        this.#callsUnderWay--;
        if (this.#callsUnderWay === 0) this.#onIdle?.();
        if (error) reject(error);
        else resolve(result as T);
      });
    });
  }

  #closed(call: string): Error {
    return systemError('EBADF', call, this.path, 'the file is closed');
  }
}

/** What is left of the chunks behind the first `count` bytes. */
function dropBytes(chunks: Buffer[], count: number): Buffer[] {
  let index = 0;
  let skip = count;
  for (const chunk of chunks) {
    if (chunk.length > skip) break;
    skip -= chunk.length;
    index++;
  }
  const rest = chunks.slice(index);
  const [first] = rest;
  if (first && skip > 0) rest[0] = first.subarray(skip);
  return rest;
}
