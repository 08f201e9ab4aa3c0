// The bytes of a file in memory, in pages, so that a growing file is never copied and a hole costs nothing.

const PAGE_BYTES = 64 * 1024;

export class MemoryContent {
  readonly #pages: (Buffer | undefined)[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Copies into `target` from `position`; returns the bytes copied, fewer than asked for only at the end. */
  read(target: Buffer, position: number): number {
    const length = Math.max(Math.min(target.length, this.#size - position), 0);
    forEachPage(position, length, (page, inPage, done, count) => {
      const bytes = this.#pages[page];
      if (bytes) bytes.copy(target, done, inPage, inPage + count);
      else target.fill(0, done, done + count);
    });
    return length;
  }

  write(chunk: Buffer, position: number): void {
    forEachPage(position, chunk.length, (page, inPage, done, count) => {
      this.#pages[page] ??= Buffer.alloc(PAGE_BYTES);
      chunk.copy(this.#pages[page], inPage, done, done + count);
    });
    this.#size = Math.max(this.#size, position + chunk.length);
  }

  truncate(size: number): void {
    if (size < this.#size) {
      this.#pages.length = Math.ceil(size / PAGE_BYTES);
      // Bytes behind the end must read as zero when the file grows again.
      this.#pages[Math.floor(size / PAGE_BYTES)]?.fill(0, size % PAGE_BYTES);
    }
    this.#size = size;
  }

  toBuffer(): Buffer {
    const bytes = Buffer.allocUnsafe(this.#size);
    this.read(bytes, 0);
    return bytes;
  }
}

function forEachPage(
  position: number,
  length: number,
  visit: (page: number, inPage: number, done: number, count: number) => void,
): void {
  let done = 0;
  while (done < length) {
    const page = Math.floor((position + done) / PAGE_BYTES);
    const inPage = (position + done) % PAGE_BYTES;
    const count = Math.min(PAGE_BYTES - inPage, length - done);
    visit(page, inPage, done, count);
    done += count;
  }
}
