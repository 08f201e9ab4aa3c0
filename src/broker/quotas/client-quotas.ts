// How much clients may send and fetch (KIP-13, KIP-55), and for how long one that went over its quota has to wait. Of the quotas in the metadata the
// one that says most about the client counts; whom it names shares one budget.

import { type ClientQuotasImage, ENTITY_TYPE } from '../../metadata/index.ts';
import type { Clock } from '../../platform/index.ts';
import { RateWindow, type RateWindowOptions } from './rate-window.ts';

export type QuotaKey = 'producer_byte_rate' | 'consumer_byte_rate';

export interface QuotaClient {
  readonly user: string;
  readonly clientId: string;
}

export interface ClientQuotasOptions extends RateWindowOptions {
  readonly clock: Clock;
  readonly quotas: () => ClientQuotasImage;
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
  /** Bytes per second. */
  readonly limit: number;
}

export class ClientQuotas {
  readonly #options: ClientQuotasOptions;
  readonly #rates = new Map<string, RateWindow>();
  readonly #known = new Map<string, Budget | undefined>();
  #image: ClientQuotasImage | undefined;

  constructor(options: ClientQuotasOptions) {
    this.#options = options;
  }

  /** Counts bytes for the client. Returns the milliseconds for which it has to wait, 0 within the quota. */
  record(key: QuotaKey, client: QuotaClient, bytes: number): number {
    const budget = this.#budgetOf(key, client);
    if (budget === undefined) return 0;
    const nowMs = this.#options.clock.monotonic();
    const rate = this.#rateOf(budget.key);
    rate.record(bytes, nowMs);
    return Math.min(rate.delayMs(budget.limit, nowMs), MAX_THROTTLE_MS);
  }

  /** The most bytes that one answer may have, so that no single one uses up more than the windows of its quota. */
  maxBytes(key: QuotaKey, client: QuotaClient): number {
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

  #rateOf(key: string): RateWindow {
    const known = this.#rates.get(key);
    if (known !== undefined) return known;
    const [oldest] = this.#rates.keys();
    if (this.#rates.size >= MAX_BUDGETS && oldest !== undefined) this.#rates.delete(oldest);
    const rate = new RateWindow(this.#options);
    this.#rates.set(key, rate);
    return rate;
  }
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
