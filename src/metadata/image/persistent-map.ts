// An immutable map with string keys in which a changed copy shares all but a few small nodes with its original: a hash trie of 32 branches a
// node. An image of 15,500 topics costs a microsecond to change, and two images are compared by walking only what they do not share.

/** The children of a branch; bit `i` of the bitmap says whether the i-th of 32 exists. */
interface Branch<V> {
  readonly bitmap: number;
  readonly children: readonly Node<V>[];
}

interface Leaf<V> {
  readonly hash: number;
  readonly key: string;
  readonly value: V;
}

/** Keys of one hash. */
interface Collision<V> {
  readonly hash: number;
  readonly leaves: readonly Leaf<V>[];
}

type Node<V> = Branch<V> | Leaf<V> | Collision<V>;

const BITS = 5;
const MASK = 31;

export class PersistentMap<V> {
  static readonly #none: PersistentMap<never> = new PersistentMap<never>(undefined, 0);

  readonly #root: Node<V> | undefined;
  readonly size: number;

  private constructor(root: Node<V> | undefined, size: number) {
    this.#root = root;
    this.size = size;
  }

  static empty<V>(): PersistentMap<V> {
    return PersistentMap.#none;
  }

  get(key: string): V | undefined {
    return find(this.#root, hashOf(key), key)?.value;
  }

  has(key: string): boolean {
    return find(this.#root, hashOf(key), key) !== undefined;
  }

  /** A map with the entry added or replaced. */
  set(key: string, value: V): PersistentMap<V> {
    const leaf = { hash: hashOf(key), key, value };
    const known = find(this.#root, leaf.hash, key);
    if (known !== undefined && Object.is(known.value, value)) return this;
    const root = this.#root === undefined ? leaf : insert(this.#root, leaf, 0);
    return new PersistentMap(root, known === undefined ? this.size + 1 : this.size);
  }

  /** A map without the key. */
  delete(key: string): PersistentMap<V> {
    const hash = hashOf(key);
    if (this.#root === undefined || find(this.#root, hash, key) === undefined) return this;
    const root = remove(this.#root, hash, key, 0);
    return root === undefined ? PersistentMap.empty() : new PersistentMap(root, this.size - 1);
  }

  /** In an order that depends on nothing but the keys. */
  *[Symbol.iterator](): Generator<[string, V], void, undefined> {
    for (const leaf of leavesOf(this.#root)) yield [leaf.key, leaf.value];
  }

  *keys(): Generator<string, void, undefined> {
    for (const leaf of leavesOf(this.#root)) yield leaf.key;
  }

  *values(): Generator<V, void, undefined> {
    for (const leaf of leavesOf(this.#root)) yield leaf.value;
  }

  /** Every key whose value is not the same in `this` and in `after`, with both values. What the two maps share is not looked at. */
  differences(after: PersistentMap<V>): { key: string; before: V | undefined; after: V | undefined }[] {
    const found: { key: string; before: V | undefined; after: V | undefined }[] = [];
    compare(this.#root, after.#root, (key, before, value) => found.push({ key, before, after: value }));
    return found;
  }
}

/** FNV-1a, and a mix at the end because the trie uses the low bits first. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

function isBranch<V>(node: Node<V>): node is Branch<V> {
  return 'bitmap' in node;
}

function isLeaf<V>(node: Node<V>): node is Leaf<V> {
  return 'key' in node;
}

function find<V>(root: Node<V> | undefined, hash: number, key: string): Leaf<V> | undefined {
  let node = root;
  for (let shift = 0; node !== undefined; shift += BITS) {
    if (isLeaf(node)) return node.key === key ? node : undefined;
    if (!isBranch(node)) return node.leaves.find((leaf) => leaf.key === key);
    const bit = bitOf(hash, shift);
    if ((node.bitmap & bit) === 0) return undefined;
    node = node.children[indexOf(node.bitmap, bit)];
  }
  return undefined;
}

function insert<V>(node: Node<V>, leaf: Leaf<V>, shift: number): Node<V> {
  if (isBranch(node)) {
    const bit = bitOf(leaf.hash, shift);
    const index = indexOf(node.bitmap, bit);
    const child = node.children[index];
    if ((node.bitmap & bit) === 0 || child === undefined) {
      return { bitmap: node.bitmap | bit, children: node.children.toSpliced(index, 0, leaf) };
    }
    return { bitmap: node.bitmap, children: node.children.with(index, insert(child, leaf, shift + BITS)) };
  }
  if (isLeaf(node)) {
    if (node.key === leaf.key) return leaf;
    if (node.hash === leaf.hash) return { hash: leaf.hash, leaves: [node, leaf] };
    return split(node, leaf, shift);
  }
  if (node.hash !== leaf.hash) return split(node, leaf, shift);
  return { hash: node.hash, leaves: [...node.leaves.filter(({ key }) => key !== leaf.key), leaf] };
}

/** The smallest subtree that tells two nodes of different hashes apart. */
function split<V>(first: Leaf<V> | Collision<V>, second: Leaf<V>, shift: number): Branch<V> {
  const firstBit = bitOf(first.hash, shift);
  const secondBit = bitOf(second.hash, shift);
  if (firstBit === secondBit) return { bitmap: firstBit, children: [split(first, second, shift + BITS)] };
  const isOrdered = firstBit >>> 0 < secondBit >>> 0;
  return { bitmap: firstBit | secondBit, children: isOrdered ? [first, second] : [second, first] };
}

/** The node without the key, which is in it; undefined when nothing is left. */
function remove<V>(node: Node<V>, hash: number, key: string, shift: number): Node<V> | undefined {
  if (isLeaf(node)) return undefined;
  if (!isBranch(node)) {
    const leaves = node.leaves.filter((leaf) => leaf.key !== key);
    return leaves.length === 1 ? leaves[0] : { hash: node.hash, leaves };
  }
  const bit = bitOf(hash, shift);
  const index = indexOf(node.bitmap, bit);
  const child = node.children[index];
  const rest = child === undefined ? undefined : remove(child, hash, key, shift + BITS);
  if (rest !== undefined) {
    // A branch above a single leaf or collision would make equal maps of different shape.
    if (node.children.length === 1 && !isBranch(rest)) return rest;
    return { bitmap: node.bitmap, children: node.children.with(index, rest) };
  }
  const children = node.children.toSpliced(index, 1);
  const [only] = children;
  if (only === undefined) return undefined;
  return children.length === 1 && !isBranch(only) ? only : { bitmap: node.bitmap & ~bit, children };
}

function* leavesOf<V>(node: Node<V> | undefined): Generator<Leaf<V>, void, undefined> {
  if (node === undefined) return;
  if (isLeaf(node)) yield node;
  else for (const child of isBranch(node) ? node.children : node.leaves) yield* leavesOf(child);
}

type Report<V> = (key: string, before: V | undefined, after: V | undefined) => void;

function compare<V>(before: Node<V> | undefined, after: Node<V> | undefined, report: Report<V>): void {
  if (before === after) return;
  if (before !== undefined && after !== undefined && isBranch(before) && isBranch(after)) {
    for (let bits = before.bitmap | after.bitmap; bits !== 0; bits &= bits - 1) {
      const bit = bits & -bits;
      compare(childAt(before, bit), childAt(after, bit), report);
    }
    return;
  }
  const old = new Map<string, V>();
  for (const leaf of leavesOf(before)) old.set(leaf.key, leaf.value);
  for (const leaf of leavesOf(after)) {
    if (!old.has(leaf.key)) report(leaf.key, undefined, leaf.value);
    else if (!Object.is(old.get(leaf.key), leaf.value)) report(leaf.key, old.get(leaf.key), leaf.value);
    old.delete(leaf.key);
  }
  for (const [key, value] of old) report(key, value, undefined);
}

function childAt<V>(branch: Branch<V>, bit: number): Node<V> | undefined {
  return (branch.bitmap & bit) === 0 ? undefined : branch.children[indexOf(branch.bitmap, bit)];
}

function bitOf(hash: number, shift: number): number {
  return 1 << ((hash >>> shift) & MASK);
}

/** How many children come before the one of `bit`. */
function indexOf(bitmap: number, bit: number): number {
  let bits = bitmap & (bit - 1);
  bits -= (bits >>> 1) & 0x55555555;
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
