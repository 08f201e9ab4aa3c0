// The value of a control record that ends a transaction in a partition.

import { int32 } from '../schema/field.ts';
import { type MessageOf, message } from '../schema/message.ts';

export const endTxnMarker = message({
  name: 'EndTxnMarker',
  versions: '0',
  fields: {
    coordinatorEpoch: int32(),
  },
});

export type EndTxnMarker = MessageOf<typeof endTxnMarker>;
