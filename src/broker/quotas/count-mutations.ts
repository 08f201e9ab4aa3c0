// Counts partitions that the sender of a request creates or deletes against its quota (KIP-599).

import { KafkaError } from '../../protocol/index.ts';
import type { RequestContext } from '../handler.ts';

/** Where the quota is strict, throws THROTTLING_QUOTA_EXCEEDED for a sender who has to wait first. The sender is told to rest either way. */
export function countMutations(context: RequestContext, partitions: number, isStrict: boolean): void {
  const { services, principal, clientId } = context;
  const client = { user: principal.name, clientId };
  const { waitMs, isCounted } = services.quotas.recordMutations(client, partitions, isStrict);
  if (waitMs > 0) context.throttledUntilMs = Math.max(context.throttledUntilMs, services.clock.monotonic() + waitMs);
  if (!isCounted) throw new KafkaError('THROTTLING_QUOTA_EXCEEDED');
}
