// A disk in memory, for tests and for a broker that keeps nothing. It never fails but when it is full; a simulation that wants faults and
// crashes wraps it. A sync is at once, and everything lasts as long as the object does.

import type { Clock } from './clock.ts';
import type { DirectoryEntry, Disk, DiskFile, DiskLock, FileStatus, OpenOptions } from './disk.ts';
import { MemoryContent } from './memory-content.ts';
import { assertReplaceable, findDirectory, findNode, findParent, missingPath, namesOf } from './name-tree.ts';
import { systemError } from './system-error.ts';

export interface MemoryDiskOptions {
  /** A write that would make all files together longer than this fails with `ENOSPC`. Default 4 GiB. */
  readonly capacityBytes?: number;
}

interface MemoryFileNode {
  readonly kind: 'file';
  readonly content: MemoryContent;
  modifiedMs: number;
  /** False once the last name is gone: open files go on, but no longer count as used space. */
  isLinked: boolean;
}

interface MemoryDirectoryNode {
  readonly kind: 'directory';
  readonly names: Map<string, MemoryNode>;
  modifiedMs: number;
}

type MemoryNode = MemoryFileNode | MemoryDirectoryNode;

export class MemoryDisk implements Disk {
  readonly #clock: Clock;
  readonly #capacityBytes: number;
  readonly #root: MemoryDirectoryNode;
  readonly #locks = new Set<MemoryNode>();
  #usedBytes = 0;

  constructor(clock: Clock, options: MemoryDiskOptions = {}) {
    this.#clock = clock;
    this.#capacityBytes = options.capacityBytes ?? 4 * 2 ** 30;
    this.#root = this.#newDirectory();
  }

  async open(path: string, options: OpenOptions = {}): Promise<DiskFile> {
    const { parent, name } = this.#parentOf(path, 'open');
    let node = parent.names.get(name);
    if (!node) {
      if (!options.create) throw missingPath('open', path);
      node = { kind: 'file', content: new MemoryContent(), modifiedMs: this.#clock.now(), isLinked: true };
      parent.names.set(name, node);
    }
    if (node.kind === 'directory') throw systemError('EISDIR', 'open', path, 'it is a directory');
    return this.#fileOf(path, node, options.readOnly ?? false);
  }

  async list(path: string): Promise<DirectoryEntry[]> {
    const names = this.#directory(path, 'scandir').names;
    return [...names].map(([name, node]) => ({ name, kind: node.kind }));
  }

  async status(path: string): Promise<FileStatus | undefined> {
    const node = this.#find(path);
    return node && { kind: node.kind, size: node.kind === 'file' ? node.content.size : 0, modifiedMs: node.modifiedMs };
  }

  async makeDirectory(path: string): Promise<void> {
    let directory = this.#root;
    for (const name of namesOf(path)) {
      let next = directory.names.get(name);
      if (!next) {
        next = this.#newDirectory();
        directory.names.set(name, next);
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
    if (replaced) {
      assertReplaceable(node, replaced, to);
      this.#unlink(replaced);
    }
    source.parent.names.delete(source.name);
    target.parent.names.set(target.name, node);
  }

  async remove(path: string): Promise<void> {
    const node = this.#find(path);
    if (!node) return;
    const { parent, name } = this.#parentOf(path, 'rm');
    parent.names.delete(name);
    this.#unlink(node);
  }

  async readFile(path: string): Promise<Buffer> {
    const node = this.#find(path);
    if (!node) throw missingPath('open', path);
    if (node.kind === 'directory') throw systemError('EISDIR', 'read', path, 'it is a directory');
    return node.content.toBuffer();
  }

  async syncDirectory(path: string): Promise<void> {
    this.#directory(path, 'fsync');
  }

  async lock(directory: string, name: string): Promise<DiskLock> {
    const path = `${directory}/${name}`;
    const file = await this.open(path, { create: true });
    await file.close();
    const node = this.#find(path);
    if (!node || this.#locks.has(node)) throw systemError('ELOCKED', 'lock', path, 'another broker holds the lock');
    this.#locks.add(node);
    return {
      release: async () => {
        this.#locks.delete(node);
      },
    };
  }

  async space(path: string): Promise<{ totalBytes: number; usableBytes: number }> {
    this.#directory(path, 'statfs');
    return { totalBytes: this.#capacityBytes, usableBytes: this.#capacityBytes - this.#usedBytes };
  }

  #fileOf(path: string, node: MemoryFileNode, readOnly: boolean): DiskFile {
    let isOpen = true;
    const use = (syscall: string, isChange: boolean): MemoryContent => {
      if (!isOpen) throw systemError('EBADF', syscall, path, 'the file is closed');
      if (isChange && readOnly) throw systemError('EBADF', syscall, path, 'the file is open for reading only');
      if (isChange) node.modifiedMs = this.#clock.now();
      return node.content;
    };
    return {
      path,
      read: async (target, position) => use('read', false).read(target, position),
      write: async (chunks, position) => {
        const content = use('write', true);
        const end = chunks.reduce((bytes, chunk) => bytes + chunk.length, position);
        if (end > position) this.#resize(node, Math.max(end, content.size), path);
        let next = position;
        for (const chunk of chunks) {
          content.write(chunk, next);
          next += chunk.length;
        }
      },
      sync: async () => void use('fdatasync', false),
      truncate: async (size) => {
        const content = use('ftruncate', true);
        this.#resize(node, size, path);
        content.truncate(size);
      },
      size: async () => use('fstat', false).size,
      close: async () => {
        isOpen = false;
      },
    };
  }

  /** Accounts for a file that is about to have `size` bytes, or refuses it. */
  #resize(node: MemoryFileNode, size: number, path: string): void {
    if (!node.isLinked) return;
    const usedBytes = this.#usedBytes + size - node.content.size;
    if (usedBytes > this.#capacityBytes && size > node.content.size)
      throw systemError('ENOSPC', 'write', path, 'no space left');
    this.#usedBytes = usedBytes;
  }

  #unlink(node: MemoryNode): void {
    if (node.kind === 'directory') {
      for (const entry of node.names.values()) this.#unlink(entry);
    } else {
      this.#usedBytes -= node.content.size;
      node.isLinked = false;
    }
  }

  #newDirectory(): MemoryDirectoryNode {
    return { kind: 'directory', names: new Map(), modifiedMs: this.#clock.now() };
  }

  #find(path: string): MemoryNode | undefined {
    return findNode<MemoryFileNode, MemoryDirectoryNode>(this.#root, path);
  }

  #directory(path: string, syscall: string): MemoryDirectoryNode {
    return findDirectory<MemoryFileNode, MemoryDirectoryNode>(this.#root, path, syscall);
  }

  #parentOf(path: string, syscall: string): { parent: MemoryDirectoryNode; name: string } {
    return findParent<MemoryFileNode, MemoryDirectoryNode>(this.#root, path, syscall);
  }
}
