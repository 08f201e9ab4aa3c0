// A disk for tests: it counts calls, holds syncs back, fails and loses power when told to. What it does otherwise is left to the disk
// below it.

import type { Disk, DiskFile, OpenOptions, Random } from '../../platform/index.ts';

export class FaultyDisk implements Disk {
  readonly #disk: Disk;
  /** Paths of files, in the order of the calls. */
  readonly writes: string[] = [];
  readonly syncs: string[] = [];
  /** What every write or sync of a path that matches fails with. */
  writeFault: { readonly path: RegExp; readonly error: Error } | undefined;
  syncFault: { readonly path: RegExp; readonly error: Error } | undefined;
  readFault: { readonly path: RegExp; readonly error: Error } | undefined;
  #held: (() => void)[] | undefined;
  /** Bytes of each file that was written to, and of these the ones that are on stable storage. */
  readonly #sizes = new Map<string, { written: number; synced: number }>();

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  /** From now on no sync and no truncation of a segment file ends before `release`. */
  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    for (const end of this.#held ?? []) end();
    this.#held = undefined;
  }

  /** From now on nothing reaches the disk: every write and sync fails. */
  freeze(): void {
    const fault = { path: /./, error: new Error('the power is off') };
    this.writeFault = fault;
    this.syncFault = fault;
  }

  thaw(): void {
    this.writeFault = undefined;
    this.syncFault = undefined;
  }

  async open(path: string, options?: OpenOptions): Promise<DiskFile> {
    const file = await this.#disk.open(path, options);
    return {
      path,
      read: async (target, position) => {
        this.#failOn(this.readFault, path);
        return file.read(target, position);
      },
      write: async (chunks, position) => {
        this.writes.push(path);
        this.#failOn(this.writeFault, path);
        await file.write(chunks, position);
        const size = this.#sizeOf(path);
        const end = chunks.reduce((sum, chunk) => sum + chunk.length, position);
        size.written = Math.max(size.written, end);
        size.synced = Math.min(size.synced, position);
      },
      sync: async () => {
        this.syncs.push(path);
        await this.#whileHeld(path);
        this.#failOn(this.syncFault, path);
        const size = this.#sizeOf(path);
        const { written } = size;
        await file.sync();
        size.synced = Math.max(size.synced, Math.min(written, size.written));
      },
      truncate: async (bytes) => {
        await this.#whileHeld(path);
        await file.truncate(bytes);
        const size = this.#sizeOf(path);
        size.written = bytes;
        size.synced = Math.min(size.synced, bytes);
      },
      size: () => file.size(),
      close: () => file.close(),
    };
  }

  list(path: string) {
    return this.#disk.list(path);
  }

  status(path: string) {
    return this.#disk.status(path);
  }

  makeDirectory(path: string) {
    return this.#disk.makeDirectory(path);
  }

  async rename(from: string, to: string) {
    await this.#disk.rename(from, to);
    for (const [path, size] of [...this.#sizes]) {
      if (path !== from && !path.startsWith(`${from}/`)) continue;
      this.#sizes.delete(path);
      this.#sizes.set(to + path.slice(from.length), size);
    }
  }

  async remove(path: string) {
    await this.#disk.remove(path);
    for (const each of [...this.#sizes.keys()]) {
      if (each === path || each.startsWith(`${path}/`)) this.#sizes.delete(each);
    }
  }

  /** Of every file, what was written behind its synced part is cut off somewhere. Names last, and what is overwritten is not undone. */
  async cutPower(random: Random): Promise<void> {
    for (const [path, size] of this.#sizes) {
      const bytes = size.synced + random.integer(size.written - size.synced + 1);
      const file = await this.#disk.open(path);
      await file.truncate(bytes);
      await file.close();
      size.written = bytes;
      size.synced = bytes;
    }
  }

  readFile(path: string) {
    return this.#disk.readFile(path);
  }

  async syncDirectory(path: string) {
    this.#failOn(this.syncFault, path);
    await this.#disk.syncDirectory(path);
  }

  lock(directory: string, name: string) {
    return this.#disk.lock(directory, name);
  }

  space(path: string) {
    return this.#disk.space(path);
  }

  async #whileHeld(path: string): Promise<void> {
    const held = path.endsWith('.log') ? this.#held : undefined;
    if (held !== undefined) await new Promise<void>((resolve) => held.push(resolve));
  }

  #sizeOf(path: string): { written: number; synced: number } {
    let size = this.#sizes.get(path);
    if (size === undefined) {
      size = { written: 0, synced: 0 };
      this.#sizes.set(path, size);
    }
    return size;
  }

  #failOn(fault: { readonly path: RegExp; readonly error: Error } | undefined, path: string): void {
    if (fault?.path.test(path)) throw fault.error;
  }
}
