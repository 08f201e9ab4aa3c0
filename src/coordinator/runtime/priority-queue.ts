// A binary heap. Among equals it gives them out as Java's PriorityQueue does, on which the assignment of Apache Kafka depends.

export class PriorityQueue<T> {
  readonly #items: T[] = [];
  readonly #compare: (one: T, other: T) => number;

  constructor(items: Iterable<T>, compare: (one: T, other: T) => number) {
    this.#compare = compare;
    for (const item of items) this.add(item);
  }

  get isEmpty(): boolean {
    return this.#items.length === 0;
  }

  get size(): number {
    return this.#items.length;
  }

  /** The least; undefined when there is none. */
  get first(): T | undefined {
    return this.#items[0];
  }

  add(item: T): void {
    const items = this.#items;
    let place = items.length;
    while (place > 0) {
      const above = (place - 1) >>> 1;
      const parent = items[above] as T;
      if (this.#compare(item, parent) >= 0) break;
      items[place] = parent;
      place = above;
    }
    items[place] = item;
  }

  /** Takes out the least; undefined when there is none. */
  poll(): T | undefined {
    const items = this.#items;
    const least = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return least;
    const half = items.length >>> 1;
    let place = 0;
    while (place < half) {
      let below = 2 * place + 1;
      let child = items[below] as T;
      const right = items[below + 1];
      if (right !== undefined && this.#compare(child, right) > 0) {
        below++;
        child = right;
      }
      if (this.#compare(last, child) <= 0) break;
      items[place] = child;
      place = below;
    }
    items[place] = last;
    return least;
  }
}
