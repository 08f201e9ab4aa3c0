// A file system of its own in a file, mounted on a loop device: it can be small, and its power can be cut. Needs root and loop devices.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const WRITE_BACK = '/proc/sys/vm/dirty_writeback_centisecs';

/** An ext4 file system of some MiB on `<directory>/data`, which a broker takes for its log directory. */
export class DiskImage implements Disposable {
  readonly #directory: string;
  #generation = 0;

  /** Throws with the reason where the machine does not let us mount. */
  constructor(directory: string, sizeMib: number) {
    this.#directory = directory;
    mkdirSync(this.mountPoint, { recursive: true });
    run('truncate', '-s', `${sizeMib}M`, this.#image);
    run('mkfs.ext4', '-q', '-F', '-m', '0', this.#image);
    this.#mount();
  }

  get mountPoint(): string {
    return join(this.#directory, 'data');
  }

  /**
   * What the device has when the power goes: without what the kernel has not written back, and nothing is given the time to. To be called when no
   * process uses it any more; then it is mounted again.
   */
  cutPower(): void {
    const before = this.#image;
    this.#generation++;
    run('cp', '--sparse=always', before, this.#image);
    run('umount', this.mountPoint);
    rmSync(before);
    this.#mount();
  }

  [Symbol.dispose](): void {
    run('umount', this.mountPoint);
  }

  get #image(): string {
    return join(this.#directory, `disk-${this.#generation}.img`);
  }

  #mount(): void {
    // A journal that commits late leaves as much as it may in memory.
    run('mount', '-o', 'loop,commit=600', this.#image, this.mountPoint);
  }
}

/** Why no image can be mounted here; undefined where it can. */
export function reasonNotToMount(directory: string): string | undefined {
  try {
    new DiskImage(directory, 8)[Symbol.dispose]();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The kernel writes nothing back by itself until this is disposed of. The setting is the whole machine's. */
export function postponeWriteBack(): Disposable {
  const before = readFileSync(WRITE_BACK, 'utf8');
  const restore = () => writeFileSync(WRITE_BACK, before);
  const restoreAndEnd = () => {
    restore();
    process.exit(1);
  };
  process.once('exit', restore);
  process.once('SIGTERM', restoreAndEnd);
  writeFileSync(WRITE_BACK, '0');
  return {
    [Symbol.dispose]: () => {
      process.removeListener('exit', restore);
      process.removeListener('SIGTERM', restoreAndEnd);
      restore();
    },
  };
}

function run(command: string, ...parameters: string[]): void {
  const { status, stderr, error } = spawnSync(command, parameters, { encoding: 'utf8' });
  if (status === 0) return;
  throw new Error(`${command} ${parameters.join(' ')} failed: ${error?.message ?? stderr.trim()}`);
}
