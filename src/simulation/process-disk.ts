// The simulated disk as one process sees it: calls take time, may fail, and end for ever when the process dies between or within them.

import { type Clock, type Disk, type DiskFile, type OpenOptions, type Random, systemError } from '../platform/index.ts';
import { type PlantedBug, withFittingCrcs } from './planted-bug.ts';
import type { ProcessGate } from './process-gate.ts';
import type { SimulatedDisk, SimulatedDiskFile } from './simulated-disk.ts';

export type DiskCall = 'open' | 'read' | 'write' | 'sync' | 'truncate' | 'name' | 'look';

export interface DiskFault {
  readonly call: DiskCall;
  /** Calls of the kind that still succeed before one fails. */
  readonly after: number;
}

export interface ProcessDiskOptions {
  readonly disk: SimulatedDisk;
  readonly gate: ProcessGate;
  readonly clock: Clock;
  readonly random: Random;
  /** ms that a read, a write or a change of names takes at most. */
  readonly maxLatencyMs: number;
  /** ms that a sync takes at most. */
  readonly maxSyncLatencyMs: number;
  readonly plantedBug?: PlantedBug | undefined;
  readonly onCall?: (call: DiskCall, path: string) => void;
  /** The process has died, because of `dieAfter`. */
  readonly onDeath: () => void;
  /** A call has failed, because of `failOnce`. */
  readonly onFault: () => void;
}

export class ProcessDisk implements Disk {
  readonly #options: ProcessDiskOptions;
  readonly #disk: SimulatedDisk;
  #callsLeft = Number.POSITIVE_INFINITY;
  #fault: { call: DiskCall; after: number } | undefined;
  #unusable: string | undefined;
  /** A call has failed that should not have. */
  hasFailed = false;

  constructor(options: ProcessDiskOptions) {
    this.#options = options;
    this.#disk = options.disk;
  }

  /** The process dies in the call that comes after so many that change something. */
  dieAfter(calls: number): void {
    this.#callsLeft = calls;
  }

  /** From now on every call below this directory fails: its disk is gone. */
  makeUnusable(directory: string): void {
    this.#unusable = directory;
  }

  /** A call fails as one of a bad disk does. */
  failOnce(fault: DiskFault): void {
    this.#fault = { ...fault };
  }

  async open(path: string, options: OpenOptions = {}): Promise<DiskFile> {
    const file = await this.#run('open', path, () => this.#disk.open(path, options));
    return this.#fileOf(file);
  }

  list(path: string) {
    return this.#run('look', path, () => this.#disk.list(path));
  }

  status(path: string) {
    return this.#run('look', path, () => this.#disk.status(path));
  }

  makeDirectory(path: string) {
    return this.#run('name', path, () => this.#disk.makeDirectory(path));
  }

  rename(from: string, to: string) {
    return this.#run('name', from, () => this.#disk.rename(from, to));
  }

  remove(path: string) {
    return this.#run('name', path, () => this.#disk.remove(path));
  }

  readFile(path: string) {
    return this.#run('read', path, async () => {
      const content = await this.#disk.readFile(path);
      return this.#seesFittingCrcs(path) ? withFittingCrcs(content) : content;
    });
  }

  syncDirectory(path: string): Promise<void> {
    if (this.#options.plantedBug === 'forget-directory-sync') return Promise.resolve();
    return this.#runInHalves(path, () => this.#disk.beginDirectorySync(path));
  }

  async lock(directory: string, name: string) {
    const lock = await this.#run('open', directory, () => this.#disk.lock(directory, name));
    return { release: () => this.#run('look', directory, () => lock.release()) };
  }

  space(path: string) {
    return this.#run('look', path, () => this.#disk.space(path));
  }

  #fileOf(file: SimulatedDiskFile): DiskFile {
    const { path } = file;
    return {
      path,
      read: (target, position) => this.#run('read', path, () => this.#read(file, target, position)),
      write: (chunks, position) => {
        // Dying in the middle of a write leaves a part of it.
        const whole = () => file.write(chunks, position);
        const part = () => file.write(prefixOf(chunks, this.#options.random), position);
        return this.#run('write', path, whole, part);
      },
      sync: () => {
        return this.#runInHalves(
          path,
          () => file.beginSync(),
          () => file.node.failSync(),
        );
      },
      truncate: (size) => this.#run('truncate', path, () => file.truncate(size)),
      size: () => this.#run('look', path, () => file.size()),
      close: () => this.#run('look', path, () => file.close()),
    };
  }

  async #read(file: SimulatedDiskFile, target: Buffer, position: number): Promise<number> {
    if (!this.#seesFittingCrcs(file.path)) return file.read(target, position);
    return withFittingCrcs(file.node.content).copy(target, 0, position);
  }

  #seesFittingCrcs(path: string): boolean {
    return this.#options.plantedBug === 'skip-crc-on-recovery' && path.endsWith('.log');
  }

  /** A sync covers what was written before it was asked for, and holds when it answers. */
  #runInHalves(path: string, begin: () => () => void, onFailure?: () => void): Promise<void> {
    let end: (() => void) | undefined;
    return this.#run(
      'sync',
      path,
      async () => end?.(),
      undefined,
      () => {
        end = begin();
      },
      onFailure,
    );
  }

  #run<T>(
    call: DiskCall,
    path: string,
    effect: () => Promise<T>,
    effectInDeath: () => Promise<unknown> = effect,
    atStart: () => void = () => {},
    onFailure: () => void = () => {},
  ): Promise<T> {
    const { gate, clock, random, onCall } = this.#options;
    return new Promise((resolve, reject) => {
      if (!gate.isAlive) return;
      onCall?.(call, path);
      if (this.#isLast(call)) return this.#die(effectInDeath);
      if (this.#fails(call, path)) {
        onFailure();
        if (this.#unusable === undefined) this.#options.onFault();
        this.hasFailed = true;
        return reject(systemError('EIO', call, path, 'the simulated disk fails'));
      }
      try {
        atStart();
      } catch (error) {
        return reject(error);
      }
      const finish = () => gate.enter(() => void effect().then(resolve, reject));
      const latencyMs = random.integer(this.#maxLatencyMs(call) + 1);
      if (latencyMs === 0) finish();
      else clock.schedule(latencyMs, finish);
    });
  }

  #maxLatencyMs(call: DiskCall): number {
    if (call === 'look' || call === 'open') return 0;
    return call === 'sync' ? this.#options.maxSyncLatencyMs : this.#options.maxLatencyMs;
  }

  #isLast(call: DiskCall): boolean {
    return call !== 'look' && call !== 'read' && this.#callsLeft-- <= 0;
  }

  /** The call had its effect, or a part of it, or none; the process never knows. */
  #die(effect: () => Promise<unknown>): void {
    this.#callsLeft = Number.POSITIVE_INFINITY;
    const hasEffect = this.#options.random.integer(2) === 0;
    this.#options.gate.kill();
    // What the call would have answered concerns nobody any more.
    if (hasEffect) void effect().catch(() => {});
    this.#options.onDeath();
  }

  #fails(call: DiskCall, path: string): boolean {
    if (this.#unusable !== undefined && isWithin(this.#unusable, path)) return true;
    const fault = this.#fault;
    if (fault?.call !== call || fault.after-- > 0) return false;
    this.#fault = undefined;
    return true;
  }
}

function isWithin(directory: string, path: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}

function prefixOf(chunks: readonly Buffer[], random: Random): Buffer[] {
  const whole = Buffer.concat(chunks);
  return [whole.subarray(0, random.integer(whole.length + 1))];
}
