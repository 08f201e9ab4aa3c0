// The clock of one simulated process: it follows the time of the world, but may run fast or slow, jump, and stand still with its process.

import type { Clock, Timer } from '../platform/index.ts';
import type { ProcessGate } from './process-gate.ts';

export interface ClockOptions {
  /** How much faster than the world it runs. Default 1. */
  readonly rate?: number;
  /** Hears of every wall time that is told, in ms. */
  readonly onTold?: (nowMs: number) => void;
}

export class SimulatedClock implements Clock {
  readonly #world: Clock;
  readonly #gate: ProcessGate;
  readonly #rate: number;
  readonly #onTold: (nowMs: number) => void;
  readonly #wallStartMs: number;
  #jumpedMs = 0;

  constructor(world: Clock, gate: ProcessGate, options: ClockOptions = {}) {
    this.#world = world;
    this.#gate = gate;
    this.#rate = options.rate ?? 1;
    this.#onTold = options.onTold ?? (() => {});
    this.#wallStartMs = world.now() - world.monotonic() * this.#rate;
  }

  now(): number {
    const nowMs = Math.floor(this.#wallStartMs + this.monotonic() + this.#jumpedMs);
    this.#onTold(nowMs);
    return nowMs;
  }

  monotonic(): number {
    return this.#world.monotonic() * this.#rate;
  }

  /** Work takes no time in the simulation. */
  active(): number {
    return 0;
  }

  schedule(delayMs: number, callback: () => void): Timer {
    let isCancelled = false;
    const run = () => {
      if (!isCancelled) callback();
    };
    const timer = this.#world.schedule(Math.max(delayMs, 0) / this.#rate, () => this.#gate.enter(run));
    return {
      cancel: () => {
        isCancelled = true;
        timer.cancel();
      },
    };
  }

  /** Moves the wall clock alone. */
  jump(durationMs: number): void {
    this.#jumpedMs += durationMs;
  }
}
