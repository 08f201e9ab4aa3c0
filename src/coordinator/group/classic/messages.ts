// The responses that members of a classic group wait for, with what is the same in most of them filled in.

import { type ErrorName, errorCode, type joinGroup, type syncGroup } from '../../../protocol/index.ts';
import type { Awaiting } from '../../runtime/awaiting.ts';
import type { Answer } from '../answer.ts';
import type { GroupRecord } from '../group-record.ts';
import { NO_ASSIGNMENT } from './classic-member.ts';

export type JoinResponse = Answer<typeof joinGroup>;
export type SyncResponse = Answer<typeof syncGroup>;

/** What a JoinGroup leads to: records, and the answer or the promise of one. */
export interface JoinOutcome {
  readonly records: readonly GroupRecord[];
  readonly response: JoinResponse | Awaiting<JoinResponse>;
}

/** The member id of someone who has none. */
export const UNKNOWN_MEMBER_ID = '';

export function joinError(memberId: string, error: ErrorName): JoinResponse {
  return {
    errorCode: errorCode(error),
    generationId: -1,
    protocolType: null,
    protocolName: null,
    leader: '',
    skipAssignment: false,
    memberId,
    members: [],
  };
}

export function syncError(error: ErrorName): SyncResponse {
  return { errorCode: errorCode(error), protocolType: null, protocolName: null, assignment: NO_ASSIGNMENT };
}
