// The key of a control record: what kind of control record it is.

import { int16 } from '../schema/field.ts';
import { type MessageOf, message } from '../schema/message.ts';

export const controlRecordTypeSchema = message({
  name: 'ControlRecordTypeSchema',
  versions: '0',
  fields: {
    type: int16(),
  },
});

export type ControlRecordTypeSchema = MessageOf<typeof controlRecordTypeSchema>;
