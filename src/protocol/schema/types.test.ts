// What compiles and what does not. The assertions are the types themselves: a needless @ts-expect-error is an error.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { fetch, heartbeat, metadata } from '../apis/index.ts';
import type { RequestInput, RequestOf, ResponseInput, ResponseOf } from './api.ts';
import type { Item } from './field.ts';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

test('a response with a missing field does not compile', () => {
  const complete: ResponseInput<typeof heartbeat> = { errorCode: 0 };
  // @ts-expect-error errorCode is on the wire in every version and has no default
  const incomplete: ResponseInput<typeof heartbeat> = { throttleTimeMs: 5 };
  const partition = { partitionIndex: 0, errorCode: 0, abortedTransactions: null, records: null };
  // @ts-expect-error the highWatermark of the partition is missing
  const nested: ResponseInput<typeof fetch> = { throttleTimeMs: 0, responses: [{ partitions: [partition] }] };
  assert.deepEqual([complete, incomplete, nested.responses.length], [{ errorCode: 0 }, { throttleTimeMs: 5 }, 1]);
});

test('a field of the wrong type or name does not compile', () => {
  // @ts-expect-error an int32 is a number
  const wrongType: ResponseInput<typeof heartbeat> = { errorCode: '0' };
  // @ts-expect-error a field that does not exist
  const wrongName: ResponseInput<typeof heartbeat> = { errorCode: 0, errorcode: 1 };
  assert.ok(wrongType && wrongName);
});

test('what was read has all fields, with null only where it may be', () => {
  const types: [
    Same<
      RequestOf<typeof heartbeat>,
      Readonly<{ groupId: string; generationId: number; memberId: string; groupInstanceId: string | null }>
    >,
    Same<ResponseOf<typeof heartbeat>, Readonly<{ throttleTimeMs: number; errorCode: number }>>,
    Same<Item<RequestOf<typeof fetch>['topics']>['partitions'][number]['fetchOffset'], bigint>,
    Same<Item<Item<ResponseOf<typeof fetch>['responses']>['partitions']>['records'], Buffer | null>,
    Same<Item<RequestOf<typeof metadata>['topics']>['name'], string | null>,
  ] = [true, true, true, true, true];
  assert.equal(types.length, 5);
});

test('what was read can be written', () => {
  const forward = (request: RequestOf<typeof fetch>): RequestInput<typeof fetch> => request;
  const answer = (response: ResponseOf<typeof fetch>): ResponseInput<typeof fetch> => response;
  assert.equal([forward, answer].length, 2);
});
