// The life of one simulated process. Whatever would run code of it (a timer, an answer of the disk, bytes of the network) comes in by this
// gate: while it is paused it waits, and once the process is dead it never comes.

export class ProcessGate {
  #isAlive = true;
  #isPaused = false;
  #waiting: (() => void)[] = [];

  get isAlive(): boolean {
    return this.#isAlive;
  }

  enter(callback: () => void): void {
    if (!this.#isAlive) return;
    if (this.#isPaused) this.#waiting.push(callback);
    else callback();
  }

  /** As kill -9: promises of the process that are open stay open for ever, and are forgotten with it. */
  kill(): void {
    this.#isAlive = false;
    this.#waiting = [];
  }

  /** As SIGSTOP. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    for (const callback of this.#waiting.splice(0)) this.enter(callback);
  }
}
