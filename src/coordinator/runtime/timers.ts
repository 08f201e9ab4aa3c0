// The timers of one partition. A timer is a request of the coordinator to itself: when it fires, its operation runs as any other.
// Each member of each group has one, so all of them share one timer of the clock, set for the first.

import type { Clock, Timer } from '../../platform/index.ts';
import { PriorityQueue } from './priority-queue.ts';
import type { Operation } from './state-machine.ts';

interface PendingTimer<R> {
  readonly key: string;
  dueMs: number;
  /** Its place in the queue: never later than `dueMs`. */
  queuedMs: number;
  /** Of those with the same place, the first comes first. */
  sequence: number;
  operation: Operation<R, undefined>;
}

/** The queue is made anew when it holds more than this, and more than twice what is pending. */
const LEAST_REBUILT = 64;

export class Timers<R> {
  readonly #clock: Clock;
  readonly #run: (operation: Operation<R, undefined>) => void;
  readonly #pending = new Map<string, PendingTimer<R>>();
  /** What is pending, and cancelled timers that were not met yet. */
  #queue = new PriorityQueue<PendingTimer<R>>([], byPlace);
  #alarm: { readonly atMs: number; readonly timer: Timer } | undefined;
  #sequence = 0;

  constructor(clock: Clock, run: (operation: Operation<R, undefined>) => void) {
    this.#clock = clock;
    this.#run = run;
  }

  /** Runs `operation` once, `delayMs` from now, instead of what was scheduled under the same key before. */
  schedule(key: string, delayMs: number, operation: Operation<R, undefined>): void {
    const dueMs = this.#clock.monotonic() + delayMs;
    const pending = this.#pending.get(key);
    // Heartbeats push the same timer away again and again. It keeps its place; its due time is looked at when its turn comes.
    if (pending !== undefined && pending.queuedMs <= dueMs) {
      pending.dueMs = dueMs;
      pending.operation = operation;
      return;
    }
    const timer = { key, dueMs, queuedMs: dueMs, sequence: this.#sequence++, operation };
    this.#pending.set(key, timer);
    this.#queue.add(timer);
    this.#tidy();
    this.#setAlarm();
  }

  /** Leaves what is scheduled under the key as it is. */
  scheduleIfAbsent(key: string, delayMs: number, operation: Operation<R, undefined>): void {
    if (!this.#pending.has(key)) this.schedule(key, delayMs, operation);
  }

  has(key: string): boolean {
    return this.#pending.has(key);
  }

  cancel(key: string): void {
    if (!this.#pending.delete(key)) return;
    if (this.#pending.size === 0) this.cancelAll();
    else this.#tidy();
  }

  cancelAll(): void {
    this.#pending.clear();
    this.#queue = new PriorityQueue<PendingTimer<R>>([], byPlace);
    this.#alarm?.timer.cancel();
    this.#alarm = undefined;
  }

  #setAlarm(): void {
    const next = this.#queue.first;
    if (next === undefined || (this.#alarm !== undefined && this.#alarm.atMs <= next.queuedMs)) return;
    this.#alarm?.timer.cancel();
    const delayMs = Math.max(next.queuedMs - this.#clock.monotonic(), 0);
    this.#alarm = { atMs: next.queuedMs, timer: this.#clock.schedule(delayMs, () => this.#fire()) };
  }

  #fire(): void {
    this.#alarm = undefined;
    const nowMs = this.#clock.monotonic();
    for (let timer = this.#queue.first; timer !== undefined && timer.queuedMs <= nowMs; timer = this.#queue.first) {
      this.#queue.poll();
      if (this.#pending.get(timer.key) !== timer) continue;
      if (timer.dueMs > nowMs) {
        timer.queuedMs = timer.dueMs;
        timer.sequence = this.#sequence++;
        this.#queue.add(timer);
      } else {
        this.#pending.delete(timer.key);
        this.#run(timer.operation);
      }
    }
    this.#setAlarm();
  }

  /** Cancelled timers stay in the queue until their turn; they must not become the most of it. */
  #tidy(): void {
    if (this.#queue.size > Math.max(2 * this.#pending.size, LEAST_REBUILT))
      this.#queue = new PriorityQueue(this.#pending.values(), byPlace);
  }
}

function byPlace<R>(one: PendingTimer<R>, other: PendingTimer<R>): number {
  return one.queuedMs - other.queuedMs || one.sequence - other.sequence;
}
