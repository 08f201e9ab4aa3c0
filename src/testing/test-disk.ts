// A disk that fails when a test says so; what it does otherwise is left to the disk below it.

import { type Disk, type DiskFile, type DiskLock, type OpenOptions, systemError } from '../platform/index.ts';

/** `ENOSPC`: the disk is full. `EIO`: it is broken. */
export type DiskFault = 'ENOSPC' | 'EIO';

const REASONS: Readonly<Record<DiskFault, string>> = { ENOSPC: 'no space left on device', EIO: 'i/o error' };

export class TestDisk implements Disk {
  readonly #disk: Disk;
  /** What every write fails with, and with `EIO` every sync too. */
  fault: DiskFault | undefined;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  async open(path: string, options?: OpenOptions): Promise<DiskFile> {
    const file = await this.#disk.open(path, options);
    return {
      path,
      read: (target, position) => file.read(target, position),
      write: async (chunks, position) => {
        this.#failOn('write', path, this.fault);
        await file.write(chunks, position);
      },
      sync: async () => {
        this.#failOn('fdatasync', path, this.fault === 'EIO' ? this.fault : undefined);
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

  makeDirectory(path: string): Promise<void> {
    return this.#disk.makeDirectory(path);
  }

  rename(from: string, to: string): Promise<void> {
    return this.#disk.rename(from, to);
  }

  remove(path: string): Promise<void> {
    return this.#disk.remove(path);
  }

  readFile(path: string): Promise<Buffer> {
    return this.#disk.readFile(path);
  }

  syncDirectory(path: string): Promise<void> {
    return this.#disk.syncDirectory(path);
  }

  lock(directory: string, name: string): Promise<DiskLock> {
    return this.#disk.lock(directory, name);
  }

  space(path: string) {
    return this.#disk.space(path);
  }

  #failOn(call: string, path: string, fault: DiskFault | undefined): void {
    if (fault !== undefined) throw systemError(fault, call, path, REASONS[fault]);
  }
}
