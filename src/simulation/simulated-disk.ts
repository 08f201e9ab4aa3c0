// The disk of a simulated machine: it outlives the processes that use it, and loses in a power cut what was not synced. README.md tells the
// model in prose. It answers at once; time and faults are added by `ProcessDisk`, through which a process sees it.

import {
  assertReplaceable,
  type Clock,
  type DirectoryEntry,
  type Disk,
  type DiskFile,
  type DiskLock,
  type FileStatus,
  findDirectory,
  findNode,
  findParent,
  missingPath,
  namesOf,
  type OpenOptions,
  type Random,
  systemError,
} from '../platform/index.ts';
import { SimulatedDirectory, type SimulatedNode } from './simulated-directory.ts';
import { SimulatedFile } from './simulated-file.ts';

/** A file whose sync has two halves, so that what is written meanwhile is not covered. */
export interface SimulatedDiskFile extends DiskFile {
  readonly node: SimulatedFile;
  /** Returns the second half. */
  beginSync(): () => void;
}

export class SimulatedDisk implements Disk {
  readonly #clock: Clock;
  readonly #root: SimulatedDirectory;
  readonly #locked = new Set<SimulatedNode>();
  /** Bytes of all files together; changing it makes the disk full or gives it room. */
  capacityBytes = Number.MAX_SAFE_INTEGER;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#root = new SimulatedDirectory(clock.now());
  }

  /** The power goes: everything unsynced is at the mercy of `random`. Locks end with the processes that held them. */
  cutPower(random: Random): { changes: number; bytes: number } {
    this.#locked.clear();
    return this.#root.crash(random);
  }

  /** The process that used the disk died; the system goes on, and nothing is lost but the locks. */
  releaseLocks(): void {
    this.#locked.clear();
  }

  async open(path: string, options: OpenOptions = {}): Promise<SimulatedDiskFile> {
    const { parent, name } = this.#parentOf(path, 'open');
    let node = parent.names.get(name);
    if (!node) {
      if (!options.create) throw missingPath('open', path);
      node = new SimulatedFile(this.#clock.now());
      parent.link(name, node);
    }
    if (node.kind === 'directory') throw systemError('EISDIR', 'open', path, 'it is a directory');
    return this.#fileOf(path, node, options.readOnly ?? false);
  }

  async list(path: string): Promise<DirectoryEntry[]> {
    return [...this.#directory(path, 'scandir').names].map(([name, node]) => ({ name, kind: node.kind }));
  }

  async status(path: string): Promise<FileStatus | undefined> {
    const node = this.find(path);
    return node && { kind: node.kind, size: node.size, modifiedMs: node.modifiedMs };
  }

  async makeDirectory(path: string): Promise<void> {
    let directory = this.#root;
    for (const name of namesOf(path)) {
      let next = directory.names.get(name);
      if (!next) {
        next = new SimulatedDirectory(this.#clock.now());
        directory.link(name, next);
      }
      if (next.kind === 'file') throw systemError('EEXIST', 'mkdir', path, 'a file has that name');
      directory = next;
    }
  }

  async rename(from: string, to: string): Promise<void> {
    const source = this.#parentOf(from, 'rename');
    const target = this.#parentOf(to, 'rename');
    const node = source.parent.names.get(source.name);
    if (!node) throw missingPath('rename', from);
    const replaced = target.parent.names.get(target.name);
    if (replaced === node) return;
    if (replaced) assertReplaceable(node, replaced, to);
    if (source.parent === target.parent) source.parent.renameWithin(source.name, target.name, node);
    else {
      target.parent.link(target.name, node);
      source.parent.unlink(source.name);
    }
  }

  async remove(path: string): Promise<void> {
    const node = this.find(path);
    if (!node) return;
    const { parent, name } = this.#parentOf(path, 'rm');
    if (node.kind === 'directory') for (const child of [...node.names.keys()]) await this.remove(`${path}/${child}`);
    parent.unlink(name);
  }

  async readFile(path: string): Promise<Buffer> {
    const node = this.find(path);
    if (!node) throw missingPath('open', path);
    if (node.kind === 'directory') throw systemError('EISDIR', 'read', path, 'it is a directory');
    return Buffer.from(node.content);
  }

  async syncDirectory(path: string): Promise<void> {
    this.beginDirectorySync(path)();
  }

  beginDirectorySync(path: string): () => void {
    const directory = this.#directory(path, 'fsync');
    const changes = directory.beginSync();
    return () => directory.endSync(changes);
  }

  async lock(directory: string, name: string): Promise<DiskLock> {
    const path = `${directory}/${name}`;
    const { node } = await this.open(path, { create: true });
    if (this.#locked.has(node)) throw systemError('ELOCKED', 'lock', path, 'another broker holds the lock');
    this.#locked.add(node);
    return {
      release: async () => {
        this.#locked.delete(node);
      },
    };
  }

  async space(path: string): Promise<{ totalBytes: number; usableBytes: number }> {
    this.#directory(path, 'statfs');
    return { totalBytes: this.capacityBytes, usableBytes: Math.max(this.capacityBytes - usedBytes(this.#root), 0) };
  }

  find(path: string): SimulatedNode | undefined {
    return findNode<SimulatedFile, SimulatedDirectory>(this.#root, path);
  }

  /** Paths of all files whose name ends so, in the order in which they were made. */
  files(suffix: string): { path: string; node: SimulatedFile }[] {
    return filesBelow('', this.#root).filter(({ path }) => path.endsWith(suffix));
  }

  get usedBytes(): number {
    return usedBytes(this.#root);
  }

  #fileOf(path: string, node: SimulatedFile, readOnly: boolean): SimulatedDiskFile {
    let isOpen = true;
    const use = (syscall: string, isChange: boolean): SimulatedFile => {
      if (!isOpen) throw systemError('EBADF', syscall, path, 'the file is closed');
      if (isChange && readOnly) throw systemError('EBADF', syscall, path, 'the file is open for reading only');
      if (isChange) node.modifiedMs = this.#clock.now();
      return node;
    };
    const beginSync = () => {
      const point = use('fdatasync', false).beginSync();
      return () => node.endSync(point);
    };
    return {
      path,
      node,
      beginSync,
      read: async (target, position) => use('read', false).read(target, position),
      write: async (chunks, position) => {
        const file = use('write', true);
        const end = chunks.reduce((bytes, chunk) => bytes + chunk.length, position);
        this.#assertRoom(end - file.size, path);
        let next = position;
        for (const chunk of chunks) {
          file.write(chunk, next);
          next += chunk.length;
        }
      },
      sync: async () => beginSync()(),
      truncate: async (size) => {
        const file = use('ftruncate', true);
        this.#assertRoom(size - file.size, path);
        file.truncate(size);
      },
      size: async () => use('fstat', false).size,
      close: async () => {
        isOpen = false;
      },
    };
  }

  #assertRoom(growth: number, path: string): void {
    if (growth > 0 && this.capacityBytes < Number.MAX_SAFE_INTEGER && this.usedBytes + growth > this.capacityBytes)
      throw systemError('ENOSPC', 'write', path, 'no space left');
  }

  #directory(path: string, syscall: string): SimulatedDirectory {
    return findDirectory<SimulatedFile, SimulatedDirectory>(this.#root, path, syscall);
  }

  #parentOf(path: string, syscall: string): { parent: SimulatedDirectory; name: string } {
    return findParent<SimulatedFile, SimulatedDirectory>(this.#root, path, syscall);
  }
}

function filesBelow(path: string, directory: SimulatedDirectory): { path: string; node: SimulatedFile }[] {
  return [...directory.names].flatMap(([name, node]) =>
    node.kind === 'file' ? [{ path: `${path}/${name}`, node }] : filesBelow(`${path}/${name}`, node),
  );
}

function usedBytes(directory: SimulatedDirectory): number {
  let bytes = 0;
  for (const node of directory.names.values()) bytes += node.kind === 'file' ? node.size : usedBytes(node);
  return bytes;
}
