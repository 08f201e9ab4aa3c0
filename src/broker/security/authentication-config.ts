// The settings of authentication. Most may be given for one listener, some for one mechanism of one listener:
// `listener.name.external.scram-sha-256.connections.max.reauth.ms`.

import { boolean, type ConfigValues, className, int, list, long, password } from '../../config/index.ts';
import { oauthBearerConfigTable } from './oauth-bearer-config.ts';

/** What Kafka's own builder of principals does is done here. Another one would be code of the JVM. */
export const DEFAULT_PRINCIPAL_BUILDER = 'org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder';

export const authenticationConfigTable = {
  'sasl.enabled.mechanisms': list({
    default: 'GSSAPI',
    doc: 'SASL mechanisms that clients may use.',
    updateMode: 'per-broker',
  }),
  'sasl.jaas.config': password({
    default: null,
    doc: 'The login context of one mechanism of one listener, in the format of JAAS.',
    updateMode: 'per-broker',
  }),
  'sasl.server.callback.handler.class': className({
    default: null,
    doc: 'Which of the ways that Kafka brings with it checks the credentials of a mechanism.',
  }),
  'sasl.server.max.receive.size': int({
    default: '524288',
    doc: 'The largest SASL message in bytes before a connection is authenticated.',
  }),
  'connections.max.reauth.ms': long({
    default: '0',
    doc: 'The longest life in milliseconds of a SASL session before it authenticates again; 0 for no limit.',
  }),
  'connection.failed.authentication.delay.ms': int({
    default: '100',
    min: 0,
    doc: 'Milliseconds that a connection whose authentication failed is kept before it is closed.',
  }),
  'connection.authentication.timeout.ms': int({
    default: '30000',
    min: 1,
    doc: 'Milliseconds in which a client must have authenticated with SASL; then its connection is closed.',
  }),
  'allow.public.listeners.without.authentication': boolean({
    default: 'false',
    doc: 'Whether a listener on another address than a loopback one may be open to clients who do not prove who they are. Of Millrace only.',
  }),
  ...oauthBearerConfigTable,
  'principal.builder.class': className({
    default: DEFAULT_PRINCIPAL_BUILDER,
    doc: 'What makes a principal of what authentication has found; only the default can be chosen.',
    updateMode: 'per-broker',
  }),
} as const;

export type AuthenticationConfig = ConfigValues<typeof authenticationConfigTable>;
