// What a scripted broker answers to Produce, partition by partition.

import type { produce, RequestOf } from '../../protocol/index.ts';
import type { Answer } from './scripted-broker.ts';

export function answerEach(
  { topicData }: Pick<RequestOf<typeof produce>, 'topicData'>,
  answer: (index: number, records: Buffer) => { readonly errorCode: number; readonly baseOffset: bigint },
): NonNullable<Answer<typeof produce>> {
  return {
    responses: topicData.map(({ name, topicId, partitionData }) => ({
      name,
      topicId,
      partitionResponses: partitionData.map(({ index, records }) => ({
        index,
        ...answer(index, records ?? Buffer.alloc(0)),
      })),
    })),
  };
}
