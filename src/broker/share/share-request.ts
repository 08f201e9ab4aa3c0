// What must be true of a request of a consumer of a share group whatever it asks for.

import { KafkaError } from '../../protocol/index.ts';
import { requireGroup } from '../authorization.ts';
import type { RequestContext } from '../handler.ts';

const MAX_MEMBER_ID_LENGTH = 36;

export interface ShareMemberRequest {
  readonly groupId: string | null;
  readonly memberId: string | null;
}

export interface ShareMember {
  readonly groupId: string;
  readonly memberId: string;
}

/** Throws UNSUPPORTED_VERSION where the feature is off. */
export function requireShareGroups({ services }: RequestContext): void {
  const level = services.metadata.image.features.levels.get('share.version') ?? 0;
  if (level < 1) throw new KafkaError('UNSUPPORTED_VERSION');
}

/** Throws INVALID_REQUEST, GROUP_AUTHORIZATION_FAILED. */
export function requireShareMember(context: RequestContext, { groupId, memberId }: ShareMemberRequest): ShareMember {
  requireShareGroups(context);
  if (groupId === null) throw new KafkaError('INVALID_REQUEST', 'Invalid group id in the request.');
  requireGroup(context, 'read', groupId);
  if (!isMemberId(memberId)) throw new KafkaError('INVALID_REQUEST', 'Invalid member id in the request.');
  return { groupId, memberId };
}

export function isMemberId(memberId: string | null): memberId is string {
  return memberId !== null && memberId !== '' && memberId.length <= MAX_MEMBER_ID_LENGTH;
}
