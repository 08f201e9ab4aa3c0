// A file that knows what of it is on stable storage. What a crash leaves of the rest is chosen page by page; README.md tells the model.

import type { Random } from '../platform/index.ts';

export const PAGE_BYTES = 4096;
export const SECTOR_BYTES = 512;

/** What was in the file when a sync began. */
export interface SyncPoint {
  readonly size: number;
  readonly pages: readonly { readonly page: number; readonly version: number; readonly bytes: Buffer }[];
}

export class SimulatedFile {
  readonly kind = 'file';
  modifiedMs: number;
  /** What a process sees. */
  #live: Buffer = Buffer.alloc(0);
  #liveSize = 0;
  /** What is on stable storage for certain. */
  #durable: Buffer = Buffer.alloc(0);
  #durableSize = 0;
  /** Pages that were changed since they were synced, with the number of their last change. */
  readonly #dirty = new Map<number, number>();
  /** Pages whose sync failed: the system forgets that they were changed, so that no later sync writes them. */
  readonly #abandoned = new Set<number>();
  #lastVersion = 0;

  constructor(modifiedMs: number) {
    this.modifiedMs = modifiedMs;
  }

  get size(): number {
    return this.#liveSize;
  }

  get hasUnsyncedBytes(): boolean {
    return this.#dirty.size > 0 || this.#liveSize !== this.#durableSize;
  }

  /** The bytes as a process sees them; not to be changed. */
  get content(): Buffer {
    return this.#live.subarray(0, this.#liveSize);
  }

  read(target: Buffer, position: number): number {
    return position >= this.#liveSize ? 0 : this.#live.copy(target, 0, position, this.#liveSize);
  }

  write(bytes: Buffer, position: number): void {
    if (bytes.length === 0) return;
    const end = position + bytes.length;
    this.#live = withRoom(this.#live, end);
    bytes.copy(this.#live, position);
    this.#touch(Math.min(position, this.#liveSize), end);
    this.#liveSize = Math.max(this.#liveSize, end);
  }

  truncate(size: number): void {
    if (size < this.#liveSize) this.#live.fill(0, size, this.#liveSize);
    else this.#live = withRoom(this.#live, size);
    this.#touch(Math.min(size, this.#liveSize), Math.max(size, this.#liveSize));
    this.#liveSize = size;
  }

  /** Everything written by now is what `endSync` makes durable; what comes later is not. */
  beginSync(): SyncPoint {
    const pages = [...this.#dirty]
      .filter(([page]) => !this.#abandoned.has(page))
      .map(([page, version]) => ({ page, version, bytes: pageOf(this.#live, page) }));
    return { size: this.#liveSize, pages };
  }

  endSync({ size, pages }: SyncPoint): void {
    for (const { page, version, bytes } of pages) {
      this.#durable = withRoom(this.#durable, (page + 1) * PAGE_BYTES);
      bytes.copy(this.#durable, page * PAGE_BYTES);
      if (this.#dirty.get(page) === version && !this.#abandoned.has(page)) this.#dirty.delete(page);
    }
    this.#durableSize = size;
  }

  /** A failed sync is final: what it covered reaches the disk by luck or not at all, whatever later syncs say. */
  failSync(): void {
    for (const page of this.#dirty.keys()) this.#abandoned.add(page);
  }

  /** Forgets what was not synced, but for what chance lets through. Returns how many bytes that concerned. */
  crash(random: Random): number {
    if (!this.hasUnsyncedBytes) return 0;
    const size = this.#sizeAfterCrash(random);
    const survival = survivals[random.integer(survivals.length)] ?? losesAll;
    const pages = [...this.#dirty.keys()].sort((left, right) => left - right);
    const after = withRoom(Buffer.from(this.#durable), size);
    for (const [index, page] of pages.entries()) {
      const bytes = pageOf(this.#live, page);
      for (let sector = 0; sector < PAGE_BYTES; sector += SECTOR_BYTES) {
        const start = page * PAGE_BYTES + sector;
        if (start >= after.length || !survival(index, random)) continue;
        bytes.copy(after, start, sector, Math.min(sector + SECTOR_BYTES, after.length - page * PAGE_BYTES));
      }
    }
    // A file that shrank and grew again has zeros, never what was there before.
    after.fill(0, size);
    this.#settle(after, size);
    return pages.length * PAGE_BYTES;
  }

  #sizeAfterCrash(random: Random): number {
    const low = Math.min(this.#durableSize, this.#liveSize);
    const high = Math.max(this.#durableSize, this.#liveSize);
    const choice = random.integer(3);
    if (choice === 0) return this.#durableSize;
    if (choice === 1) return this.#liveSize;
    return low + random.integer(high - low + 1);
  }

  #settle(content: Buffer, size: number): void {
    this.#live = content;
    this.#durable = Buffer.from(content);
    this.#liveSize = size;
    this.#durableSize = size;
    this.#dirty.clear();
    this.#abandoned.clear();
  }

  #touch(from: number, to: number): void {
    if (to <= from) return;
    const version = ++this.#lastVersion;
    const last = Math.floor((to - 1) / PAGE_BYTES);
    for (let page = Math.floor(from / PAGE_BYTES); page <= last; page++) {
      this.#dirty.set(page, version);
      this.#abandoned.delete(page);
    }
  }
}

/** Whether a sector of the page with this number, among those that were not synced, reaches the disk. */
type Survival = (page: number, random: Random) => boolean;

const losesAll: Survival = () => false;

/** How a file's unsynced pages may fare: none or all reach the disk, later ones but not earlier ones, or sectors on their own. */
const survivals: readonly Survival[] = [
  losesAll,
  () => true,
  (page) => page % 2 === 1,
  (_page, random) => random.integer(2) === 0,
  (_page, random) => random.integer(8) > 0,
];

function pageOf(bytes: Buffer, page: number): Buffer {
  const copy = Buffer.alloc(PAGE_BYTES);
  bytes.copy(copy, 0, page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
  return copy;
}

function withRoom(bytes: Buffer, size: number): Buffer {
  if (bytes.length >= size) return bytes;
  const larger = Buffer.alloc(Math.max(size, bytes.length * 2, PAGE_BYTES));
  bytes.copy(larger);
  return larger;
}
