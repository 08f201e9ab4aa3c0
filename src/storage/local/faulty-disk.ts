// A disk for tests: it counts calls, holds syncs back and fails when told to. What it does otherwise is left to the disk below it.

import type { Disk, DiskFile, OpenOptions } from '../../platform/index.ts';

export class FaultyDisk implements Disk {
  readonly #disk: Disk;
  /** Paths of files, in the order of the calls. */
  readonly writes: string[] = [];
  readonly syncs: string[] = [];
  /** What every write or sync of a file whose path matches fails with. */
  writeFault: { readonly path: RegExp; readonly error: Error } | undefined;
  syncFault: { readonly path: RegExp; readonly error: Error } | undefined;
  readFault: { readonly path: RegExp; readonly error: Error } | undefined;
  #held: (() => void)[] | undefined;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  /** From now on syncs of segment files do not end before `release`. */
  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    for (const end of this.#held ?? []) end();
    this.#held = undefined;
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
      },
      sync: async () => {
        this.syncs.push(path);
        const held = path.endsWith('.log') ? this.#held : undefined;
        if (held !== undefined) await new Promise<void>((resolve) => held.push(resolve));
        this.#failOn(this.syncFault, path);
        await file.sync();
      },
      truncate: (size) => file.truncate(size),
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

  rename(from: string, to: string) {
    return this.#disk.rename(from, to);
  }

  remove(path: string) {
    return this.#disk.remove(path);
  }

  readFile(path: string) {
    return this.#disk.readFile(path);
  }

  syncDirectory(path: string) {
    return this.#disk.syncDirectory(path);
  }

  lock(directory: string, name: string) {
    return this.#disk.lock(directory, name);
  }

  space(path: string) {
    return this.#disk.space(path);
  }

  #failOn(fault: { readonly path: RegExp; readonly error: Error } | undefined, path: string): void {
    if (fault?.path.test(path)) throw fault.error;
  }
}
