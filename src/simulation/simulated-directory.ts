// A directory that knows which of its names are on stable storage. After a crash a name that was not synced may be there or not.

import type { Random } from '../platform/index.ts';
import type { SimulatedFile } from './simulated-file.ts';

export type SimulatedNode = SimulatedFile | SimulatedDirectory;

type Names = Map<string, SimulatedNode>;
/** One step that either happened as a whole or not at all. */
type NameChange = (names: Names) => void;

export class SimulatedDirectory {
  readonly kind = 'directory';
  modifiedMs: number;
  #live: Names = new Map();
  #durable: Names = new Map();
  /** Changes of names since the last sync, in their order. */
  #pending: NameChange[] = [];

  constructor(modifiedMs: number) {
    this.modifiedMs = modifiedMs;
  }

  get size(): number {
    return 0;
  }

  get names(): ReadonlyMap<string, SimulatedNode> {
    return this.#live;
  }

  link(name: string, node: SimulatedNode): void {
    this.#change((names) => names.set(name, node));
  }

  unlink(name: string): void {
    this.#change((names) => names.delete(name));
  }

  renameWithin(from: string, to: string, node: SimulatedNode): void {
    this.#change((names) => {
      names.delete(from);
      names.set(to, node);
    });
  }

  /** As with a file: what is changed between the two halves of a sync is not covered. */
  beginSync(): number {
    return this.#pending.length;
  }

  endSync(changes: number): void {
    for (const change of this.#pending.splice(0, changes)) change(this.#durable);
  }

  /** Keeps the first so many of the changes that were not synced, and does the same to everything below. Returns what was lost. */
  crash(random: Random): { changes: number; bytes: number } {
    const kept = this.#pending.length === 0 ? 0 : keptOf(this.#pending.length, random);
    const lost = { changes: this.#pending.length - kept, bytes: 0 };
    for (const change of this.#pending.slice(0, kept)) change(this.#durable);
    this.#pending = [];
    this.#live = new Map(this.#durable);
    for (const node of new Set(this.#live.values())) {
      if (node.kind === 'file') lost.bytes += node.crash(random);
      else {
        const below = node.crash(random);
        lost.changes += below.changes;
        lost.bytes += below.bytes;
      }
    }
    return lost;
  }

  #change(change: NameChange): void {
    change(this.#live);
    this.#pending.push(change);
  }
}

function keptOf(count: number, random: Random): number {
  const choice = random.integer(3);
  if (choice === 0) return 0;
  return choice === 1 ? count : random.integer(count + 1);
}
