// A file system of its own in a file, mounted on a loop device: it can be small, and its power can be cut. Needs root and loop devices.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { isAlive, onEnd } from './on-end.ts';

const MOUNTS = '/proc/self/mounts';
/** In the name of the file that stands beside a mount point: the process that mounted it. */
const OWNER = /^owner-(\d+)$/;

/** An ext4 file system of some MiB on `<directory>/data`, which a broker takes for its log directory. */
export class DiskImage implements Disposable {
  readonly #directory: string;
  readonly #end: Disposable;
  #generation = 0;

  /** Throws with the reason where the machine does not let us mount. */
  constructor(directory: string, sizeMib: number) {
    this.#directory = directory;
    mkdirSync(this.mountPoint, { recursive: true });
    writeFileSync(join(directory, `owner-${process.pid}`), '');
    run('truncate', '-s', `${sizeMib}M`, this.#image);
    run('mkfs.ext4', '-q', '-F', '-m', '0', this.#image);
    this.#mount();
    // Lazily, because at a sudden end a broker may still be writing to it.
    this.#end = onEnd(() => run('umount', '--lazy', this.mountPoint));
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
    this.#end[Symbol.dispose]();
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
    removeLeftovers();
    new DiskImage(directory, 8)[Symbol.dispose]();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Unmounts and removes what killed runs of these tests have left. */
function removeLeftovers(): void {
  const ours = readFileSync(MOUNTS, 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((path) => basename(path) === 'data' && path.startsWith(`${tmpdir()}/millrace-`));
  for (const mountPoint of ours) {
    const directory = dirname(mountPoint);
    const owner = readdirSync(directory).find((name) => OWNER.test(name));
    if (owner === undefined || isAlive(Number(OWNER.exec(owner)?.[1]))) continue;
    run('umount', '--lazy', mountPoint);
    rmSync(directory, { recursive: true, force: true });
  }
}

function run(command: string, ...parameters: string[]): void {
  const { status, stderr, error } = spawnSync(command, parameters, { encoding: 'utf8' });
  if (status === 0) return;
  throw new Error(`${command} ${parameters.join(' ')} failed: ${error?.message ?? stderr.trim()}`);
}
