// What the group coordinator wants to know of who asks.

import type { GroupRequestContext } from '../coordinator/index.ts';
import { mayDo } from './authorization.ts';
import type { RequestContext } from './handler.ts';

/** The host is kept and told as Kafka's tools print it: with a slash before it. */
export function groupContext(context: RequestContext): GroupRequestContext {
  const { apiVersion, clientId, connection } = context;
  return {
    apiVersion,
    clientId,
    clientHost: `/${connection.remote.host}`,
    maySeeTopic: (topic) => mayDo(context, 'describe', 'topic', topic),
  };
}
