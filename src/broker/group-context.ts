// What the group coordinator wants to know of who asks.

import type { RequestContext } from './handler.ts';

export interface GroupContext {
  readonly apiVersion: number;
  readonly clientId: string;
  readonly clientHost: string;
}

/** The host is written as Kafka's tools print it: with a slash before it. */
export function groupContext({ apiVersion, clientId, connection }: RequestContext): GroupContext {
  return { apiVersion, clientId: clientId ?? '', clientHost: `/${connection.remote.host}` };
}
