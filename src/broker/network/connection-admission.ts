// Decides which connections may begin, and when, as Kafka's acceptors do. One above the limit of its listener or of the broker waits, unread, until
// another one ends; one that comes too quickly waits a moment; one above the limit of its address is closed (KIP-402, KIP-612).

import type { Address, Clock, Timer } from '../../platform/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import { RateWindow, type RateWindowOptions } from '../quotas/rate-window.ts';
import type { AdmissionLimits } from './admission-limits.ts';
import { peerName } from './connection.ts';

/** Who wants to come in: a connection, or what becomes one when its TLS handshake is over. */
export interface Visitor {
  readonly remote: Address;
  readonly host: string;
  readonly listenerName: string;
  /** Monotonic milliseconds. */
  readonly lastActiveMs: number;
  /** Aborted when it is gone. */
  readonly signal: AbortSignal;
  /** It is not listened to until what this returns is called. */
  mute(): () => void;
  /** Closes at once, saying why in the log. */
  close(reason: string): void;
  /** Closes at once and without a word. */
  drop(): void;
}

export interface ConnectionAdmissionOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Names of all listeners. */
  readonly listeners: readonly string[];
  readonly limits: AdmissionLimits;
  readonly rates: RateWindowOptions;
  /** Quota of an address in connections per second; undefined for none. */
  readonly hostRate: (host: string) => number | undefined;
  /** Connections of one listener that may wait to begin. Further ones are closed. */
  readonly maxWaiting: number;
  /** The listener whose connections always find a place beside those of the others: where brokers, and those who mend them, come in. */
  readonly protectedListener: string;
}

/** Addresses whose rates are measured at a time. When there are more, the one that has been measured longest begins anew. */
const MAX_HOST_RATES = 10_000;
/** Connections from addresses over their quota that are held back before they are closed. Further ones are closed at once. */
const MAX_HELD = 1000;

interface Waiting {
  readonly visitor: Visitor;
  release: () => void;
  /** Whether it counts in the rates. */
  isCounted: boolean;
}

interface Line {
  readonly listener: string;
  readonly rate: RateWindow;
  readonly waiting: Waiting[];
  open: number;
  /** Set while the first one waits because of the rate. */
  timer: Timer | undefined;
}

export class ConnectionAdmission {
  readonly #options: ConnectionAdmissionOptions;
  readonly #lines: ReadonlyMap<string, Line>;
  readonly #open = new Set<Visitor>();
  readonly #openByHost = new Map<string, number>();
  readonly #rate: RateWindow;
  readonly #hostRates = new Map<string, RateWindow>();
  #limits: AdmissionLimits;
  #held = 0;

  constructor(options: ConnectionAdmissionOptions) {
    this.#options = options;
    this.#limits = options.limits;
    this.#rate = new RateWindow(options.rates);
    const newLine = (listener: string): Line => ({
      listener,
      rate: new RateWindow(options.rates),
      waiting: [],
      open: 0,
      timer: undefined,
    });
    this.#lines = new Map(options.listeners.map((listener) => [listener, newLine(listener)]));
  }

  /** Connections that wait to begin. */
  get waitingCount(): number {
    let count = 0;
    for (const { waiting } of this.#lines.values()) count += waiting.length;
    return count;
  }

  /** Lets it begin, makes it wait, or closes it. */
  enter(visitor: Visitor): void {
    const line = this.#lineOf(visitor.listenerName);
    if (line.waiting.length >= this.#options.maxWaiting) {
      this.#refuse(visitor, `${line.waiting.length} connections already wait`);
      return;
    }
    line.waiting.push({ visitor, release: visitor.mute(), isCounted: false });
    this.#advance(line);
  }

  /** It is gone. Whoever never entered may be named too. */
  leave(visitor: Visitor): void {
    const line = this.#lineOf(visitor.listenerName);
    if (this.#open.delete(visitor)) {
      line.open--;
      const others = (this.#openByHost.get(visitor.host) ?? 1) - 1;
      if (others === 0) this.#openByHost.delete(visitor.host);
      else this.#openByHost.set(visitor.host, others);
    } else {
      const place = line.waiting.findIndex((waiting) => waiting.visitor === visitor);
      if (place >= 0) line.waiting.splice(place, 1);
    }
    for (const each of this.#lines.values()) this.#advance(each);
  }

  /** Other limits count from now on. Where there are more connections than they allow, those that were idle longest are closed. */
  limit(limits: AdmissionLimits): void {
    this.#limits = limits;
    this.#shed();
    for (const line of this.#lines.values()) this.#advance(line);
  }

  /** Ends the timers. */
  close(): void {
    for (const { timer } of this.#lines.values()) timer?.cancel();
  }

  /** Lets in whoever may come in, first come, first served. */
  #advance(line: Line): void {
    while (line.timer === undefined) {
      const [first] = line.waiting;
      if (first === undefined) return;
      const delayMs = first.isCounted ? 0 : this.#countArrival(line);
      first.isCounted = true;
      if (delayMs > 0) {
        line.timer = this.#options.clock.schedule(delayMs, () => {
          line.timer = undefined;
          this.#advance(line);
        });
        return;
      }
      if (!this.#hasPlace(line)) return;
      line.waiting.shift();
      this.#admit(line, first);
    }
  }

  #admit(line: Line, { visitor, release }: Waiting): void {
    const { host } = visitor;
    const heldMs = this.#hostDelayMs(host);
    if (heldMs > 0) {
      // It has not come in, and so does not count for the others.
      const nowMs = this.#options.clock.monotonic();
      line.rate.record(-1, nowMs);
      if (!this.#isProtected(line)) this.#rate.record(-1, nowMs);
      this.#holdBack(visitor, heldMs);
      return;
    }
    const others = this.#openByHost.get(host) ?? 0;
    const max = this.#limits.maxByHost.get(host) ?? this.#limits.maxPerHost;
    if (others >= max) {
      this.#refuse(visitor, `${others} connections of ${host} are open, max.connections.per.ip allows ${max}`);
      return;
    }
    this.#open.add(visitor);
    this.#openByHost.set(host, others + 1);
    line.open++;
    release();
    this.#shed();
  }

  /** A client that is closed at once would come again at once. */
  #holdBack(visitor: Visitor, durationMs: number): void {
    if (this.#held >= MAX_HELD) {
      this.#refuse(visitor, `${visitor.host} is over its connection_creation_rate`);
      return;
    }
    this.#held++;
    const done = () => {
      timer.cancel();
      this.#held--;
      visitor.signal.removeEventListener('abort', done);
      this.#refuse(visitor, `${visitor.host} is over its connection_creation_rate`);
    };
    const timer = this.#options.clock.schedule(durationMs, done);
    visitor.signal.addEventListener('abort', done, { once: true });
  }

  #refuse(visitor: Visitor, reason: string): void {
    const { remote, listenerName: listener } = visitor;
    this.#options.logger.info({ peer: peerName(remote), listener, reason }, 'refused a connection');
    visitor.drop();
  }

  #hasPlace(line: Line): boolean {
    if (line.open >= this.#limits.ofListener(line.listener).maxConnections) return false;
    return this.#isProtected(line) || this.#open.size < this.#limits.maxConnections;
  }

  #isProtected({ listener }: Line): boolean {
    return listener === this.#options.protectedListener && this.#lines.size > 1;
  }

  /** Closes what is too much, where those who came in over the protected listener, or a lower limit, have made it so. */
  #shed(): void {
    while (this.#open.size > this.#limits.maxConnections) {
      let idlest: Visitor | undefined;
      for (const visitor of this.#open) {
        if (this.#isProtected(this.#lineOf(visitor.listenerName))) continue;
        if (idlest === undefined || visitor.lastActiveMs < idlest.lastActiveMs) idlest = visitor;
      }
      if (idlest === undefined) return;
      idlest.close('there are more connections than max.connections, and no other was idle for as long');
    }
  }

  /** Counts a connection that came. Returns for how long, in ms, it has to wait: at most one window, as in Kafka. */
  #countArrival(line: Line): number {
    const nowMs = this.#options.clock.monotonic();
    line.rate.record(1, nowMs);
    const ofListener = line.rate.delayMs(this.#limits.ofListener(line.listener).maxCreationRate, nowMs);
    if (this.#isProtected(line)) return Math.min(ofListener, this.#options.rates.windowMs);
    this.#rate.record(1, nowMs);
    const ofBroker = this.#rate.delayMs(this.#limits.maxCreationRate, nowMs);
    return Math.min(Math.max(ofListener, ofBroker), this.#options.rates.windowMs);
  }

  #hostDelayMs(host: string): number {
    const limit = this.#options.hostRate(host);
    if (limit === undefined) return 0;
    const nowMs = this.#options.clock.monotonic();
    const rate = this.#hostRateOf(host);
    rate.record(1, nowMs);
    const delayMs = rate.delayMs(limit, nowMs);
    if (delayMs > 0) rate.record(-1, nowMs);
    return Math.min(delayMs, this.#options.rates.windowMs);
  }

  #hostRateOf(host: string): RateWindow {
    const known = this.#hostRates.get(host);
    if (known !== undefined) return known;
    const [oldest] = this.#hostRates.keys();
    if (this.#hostRates.size >= MAX_HOST_RATES && oldest !== undefined) this.#hostRates.delete(oldest);
    const rate = new RateWindow(this.#options.rates);
    this.#hostRates.set(host, rate);
    return rate;
  }

  #lineOf(listener: string): Line {
    const line = this.#lines.get(listener);
    if (line === undefined) throw new Error(`there is no listener ${listener}`);
    return line;
  }
}
