// The settings of the authorizer. All but the class belong to it and not to the broker, so DescribeConfigs does not know them, as in Kafka.

import { boolean, type ConfigValues, string } from '../../config/index.ts';

/** The name by which Kafka's own authorizer is chosen; ours takes its place. */
export const STANDARD_AUTHORIZER = 'org.apache.kafka.metadata.authorizer.StandardAuthorizer';

export const authorizerConfigTable = {
  'super.users': string({
    default: '',
    doc: 'Principals to whom everything is allowed, as type:name, separated by semicolons.',
  }),
  'allow.everyone.if.no.acl.found': boolean({
    default: 'false',
    doc: 'Whether everybody may do everything with a resource about which there is no rule.',
  }),
} as const;

export type AuthorizerConfig = ConfigValues<typeof authorizerConfigTable>;
