// What the group coordinator wants to know of who asks.

import type { GroupRequestContext } from '../coordinator/index.ts';
import type { RequestContext } from './handler.ts';

/** The host is kept and told as Kafka's tools print it: with a slash before it. */
export function groupContext({ apiVersion, clientId, connection }: RequestContext): GroupRequestContext {
  return { apiVersion, clientId, clientHost: `/${connection.remote.host}` };
}
