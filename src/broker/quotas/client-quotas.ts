// How much clients may send and fetch (KIP-13, KIP-55), for how long they may have the thread (KIP-124) and how many partitions they may create and
// delete (KIP-599); and for how long one that went over its quota has to wait. Of the quotas in the metadata the one that says most about the
// client counts; whom it names shares one budget.

import { type ClientQuotasImage, ENTITY_TYPE } from '../../metadata/index.ts';
import type { Clock } from '../../platform/index.ts';
import { RateWindow, type RateWindowOptions } from './rate-window.ts';
import { TokenBucket } from './token-bucket.ts';

export type QuotaKey = 'producer_byte_rate' | 'consumer_byte_rate' | 'request_percentage' | 'controller_mutation_rate';

export interface QuotaClient {
  readonly user: string;
  readonly clientId: string;
}

export interface ClientQuotasOptions extends RateWindowOptions {
  readonly clock: Clock;
  readonly quotas: () => ClientQuotasImage;
  /** Of mutations. */
  readonly mutationWindows: RateWindowOptions;
}

/** Budgets that are measured at a time. When there are more, the one that has been measured longest begins anew. */
const MAX_BUDGETS = 10_000;
/** Clients whose quota is remembered until the quotas change. When there are more, all are looked up again. */
const MAX_KNOWN_CLIENTS = 10_000;
/** The longest that a client is told to wait, in ms. */
const MAX_THROTTLE_MS = 3_600_000;
const DEFAULT = null;

interface Budget {
  /** Names whom the quota is for; the default quota gives each client a budget of its own. */
  readonly key: string;
  /** Bytes, mutations or percent of the thread's time per second. */
  readonly limit: number;
}

export class ClientQuotas {
  readonly #options: ClientQuotasOptions;
  readonly #rates = new Map<string, RateWindow>();
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #known = new Map<string, Budget | undefined>();
  #image: ClientQuotasImage | undefined;

  constructor(options: ClientQuotasOptions) {
    this.#options = options;
  }

  /** Counts bytes for the client. Returns the milliseconds for which it has to wait, 0 within the quota. */
  record(key: 'producer_byte_rate' | 'consumer_byte_rate', client: QuotaClient, bytes: number): number {
    return this.#record(this.#budgetOf(key, client), bytes, MAX_THROTTLE_MS);
  }

  /** Counts the milliseconds for which a request of the client had the thread. Returns those for which the client has to wait: at most one window. */
  recordThreadTime(client: QuotaClient, threadMs: number): number {
    return this.#record(this.#budgetOf('request_percentage', client), threadMs / 10, this.#options.windowMs);
  }

  /**
   * Counts partitions that the client creates or deletes. Returns the milliseconds for which it has to wait before it may again. A strict quota
   * counts nothing for who has to wait already: the change must not be made then.
   */
  recordMutations(client: QuotaClient, partitions: number, isStrict: boolean): { waitMs: number; isCounted: boolean } {
    const budget = this.#budgetOf('controller_mutation_rate', client);
    if (budget === undefined) return { waitMs: 0, isCounted: true };
    const nowMs = this.#options.clock.monotonic();
    const bucket = measured(this.#buckets, budget.key, () => new TokenBucket(this.#options.mutationWindows));
    const debtMs = bucket.delayMs(budget.limit, nowMs);
    if (isStrict && debtMs > 0) return { waitMs: Math.min(debtMs, MAX_THROTTLE_MS), isCounted: false };
    bucket.take(partitions, budget.limit, nowMs);
    const waitMs = isStrict ? 0 : bucket.delayMs(budget.limit, nowMs);
    return { waitMs: Math.min(waitMs, MAX_THROTTLE_MS), isCounted: true };
  }

  #record(budget: Budget | undefined, bytes: number, maxThrottleMs: number): number {
    if (budget === undefined) return 0;
    const nowMs = this.#options.clock.monotonic();
    const rate = measured(this.#rates, budget.key, () => new RateWindow(this.#options));
    rate.record(bytes, nowMs);
    return Math.min(rate.delayMs(budget.limit, nowMs), maxThrottleMs);
  }

  /** The most bytes that one answer may have, so that no single one uses up more than the windows of its quota. */
  maxBytes(key: 'consumer_byte_rate', client: QuotaClient): number {
    const { windows, windowMs } = this.#options;
    const limit = this.#budgetOf(key, client)?.limit ?? Infinity;
    return Math.floor(limit * Math.max(windows - 1, 1) * (windowMs / 1000));
  }

  /** New connections per second that an address may make (KIP-612); undefined for no limit. */
  connectionRate(host: string): number | undefined {
    const image = this.#options.quotas();
    for (const entityName of [host, DEFAULT]) {
      const rate = image.of([{ entityType: ENTITY_TYPE.ip, entityName }])?.connection_creation_rate;
      if (rate !== undefined) return rate;
    }
    return undefined;
  }

  #budgetOf(key: QuotaKey, client: QuotaClient): Budget | undefined {
    const image = this.#options.quotas();
    if (image.byEntity.size === 0) return undefined;
    if (image !== this.#image || this.#known.size > MAX_KNOWN_CLIENTS) {
      this.#known.clear();
      this.#image = image;
    }
    const name = JSON.stringify([key, client.user, client.clientId]);
    if (!this.#known.has(name)) this.#known.set(name, findBudget(image, key, client));
    return this.#known.get(name);
  }
}

/** What is measured for the key; forgets the oldest where there are too many. */
function measured<T>(all: Map<string, T>, key: string, create: () => T): T {
  const known = all.get(key);
  if (known !== undefined) return known;
  const [oldest] = all.keys();
  if (all.size >= MAX_BUDGETS && oldest !== undefined) all.delete(oldest);
  const made = create();
  all.set(key, made);
  return made;
}

/** In Kafka's order: what names the user is stronger than what names the client id, a name stronger than a default. */
function findBudget(image: ClientQuotasImage, key: QuotaKey, { user, clientId }: QuotaClient): Budget | undefined {
  const candidates: readonly [user: string | null | undefined, clientId: string | null | undefined][] = [
    [user, clientId],
    [user, DEFAULT],
    [user, undefined],
    [DEFAULT, clientId],
    [DEFAULT, DEFAULT],
    [DEFAULT, undefined],
    [undefined, clientId],
    [undefined, DEFAULT],
  ];
  for (const [userName, clientName] of candidates) {
    const entity = [
      ...(userName === undefined ? [] : [{ entityType: ENTITY_TYPE.user, entityName: userName }]),
      ...(clientName === undefined ? [] : [{ entityType: ENTITY_TYPE.clientId, entityName: clientName }]),
    ];
    const limit = image.of(entity)?.[key];
    if (limit === undefined) continue;
    const sharers = [userName === undefined ? null : user, clientName === undefined ? null : clientId];
    return { key: JSON.stringify([key, ...sharers]), limit };
  }
  return undefined;
}
