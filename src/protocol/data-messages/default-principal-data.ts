// A principal in an Envelope, as Apache Kafka's default principal builder writes it.

import { boolean, string } from '../schema/field.ts';
import { type MessageOf, message } from '../schema/message.ts';

export const defaultPrincipalData = message({
  name: 'DefaultPrincipalData',
  versions: '0',
  flexibleVersions: '0+',
  fields: {
    type: string(),
    name: string(),
    tokenAuthenticated: boolean(),
  },
});

export type DefaultPrincipalData = MessageOf<typeof defaultPrincipalData>;
