// One question of the matrix, and the topics that all of them name.

import type { Api } from '../../src/protocol/index.ts';

export interface Case {
  readonly title: string;
  readonly api: Api;
  readonly version: number;
  readonly request: object;
  /** Topics that must be there each time. */
  readonly needs?: readonly string[];
  /** Asked before it on the same connection, whatever the answer: what the request itself goes on with. */
  readonly before?: Pick<Case, 'api' | 'version' | 'request'>;
}

/** Ids of topics that the requests name. */
export interface TopicIds {
  readonly orders: string;
  readonly ghost: string;
}

export const ORDERS = 'orders';
/** There is no such topic; its permissions are those of `orders`. */
export const GHOST = 'orders-ghost';
export const BOTH: readonly string[] = [ORDERS, GHOST];
