// Settings of SASL that no module of ours reads.

import type { ConfigTable } from '../../config/index.ts';
import { unused } from './setting.ts';

export const saslSettings: ConfigTable = {
  'sasl.client.callback.handler.class': unused('class', null, "A Java class that answers a SASL client's questions."),
  'sasl.kerberos.kinit.cmd': unused('string', '/usr/bin/kinit', 'The path of the kinit command.', 'per-broker'),
  'sasl.kerberos.min.time.before.relogin': unused(
    'long',
    '60000',
    'Milliseconds between two tries to renew a Kerberos ticket.',
    'per-broker',
  ),
  'sasl.kerberos.principal.to.local.rules': unused(
    'list',
    'DEFAULT',
    'Rules that make short names of Kerberos principals; the first that fits counts.',
    'per-broker',
  ),
  'sasl.kerberos.service.name': unused('string', null, "The name of the broker's Kerberos principal.", 'per-broker'),
  'sasl.kerberos.ticket.renew.jitter': unused(
    'double',
    '0.05',
    "The random part of the time to a Kerberos ticket's renewal.",
    'per-broker',
  ),
  'sasl.kerberos.ticket.renew.window.factor': unused(
    'double',
    '0.8',
    "The part of a Kerberos ticket's life after which it is renewed.",
    'per-broker',
  ),
  'sasl.login.callback.handler.class': unused('class', null, "A Java class that answers a SASL login's questions."),
  'sasl.login.class': unused('class', null, 'A Java class that performs a SASL login.'),
  'sasl.login.connect.timeout.ms': unused(
    'int',
    null,
    'Milliseconds in which a connection to an identity provider must be made.',
  ),
  'sasl.login.read.timeout.ms': unused('int', null, 'Milliseconds in which an identity provider must answer.'),
  'sasl.login.refresh.buffer.seconds': unused(
    'short',
    '300',
    'Seconds that must be left of a credential when it is refreshed.',
    'per-broker',
  ),
  'sasl.login.refresh.min.period.seconds': unused(
    'short',
    '60',
    'Seconds that a credential is used at least before it is refreshed.',
    'per-broker',
  ),
  'sasl.login.refresh.window.factor': unused(
    'double',
    '0.8',
    "The part of a credential's life after which it is refreshed.",
    'per-broker',
  ),
  'sasl.login.refresh.window.jitter': unused(
    'double',
    '0.05',
    "The random part of the time to a credential's refresh.",
    'per-broker',
  ),
  'sasl.login.retry.backoff.max.ms': unused(
    'long',
    '10000',
    'The longest pause in milliseconds between two tries to reach an identity provider.',
  ),
  'sasl.login.retry.backoff.ms': unused(
    'long',
    '100',
    'Milliseconds before the first new try to reach an identity provider.',
  ),
  'sasl.mechanism.controller.protocol': unused('string', 'GSSAPI', 'The SASL mechanism to speak to controllers with.'),
  'sasl.mechanism.inter.broker.protocol': unused(
    'string',
    'GSSAPI',
    'The SASL mechanism between brokers.',
    'per-broker',
  ),
  'sasl.oauthbearer.assertion.algorithm': unused(
    'string',
    'RS256',
    "The algorithm that signs a client's assertion for OAuth.",
    'read-only',
    { oneOf: ['ES256', 'RS256'] },
  ),
  'sasl.oauthbearer.assertion.claim.aud': unused('string', null, 'The audience claim of an OAuth assertion.'),
  'sasl.oauthbearer.assertion.claim.exp.seconds': unused(
    'int',
    '300',
    'Seconds for which an OAuth assertion is valid.',
    'read-only',
    { min: 0, max: 86400 },
  ),
  'sasl.oauthbearer.assertion.claim.iss': unused('string', null, 'The issuer claim of an OAuth assertion.'),
  'sasl.oauthbearer.assertion.claim.jti.include': unused(
    'boolean',
    'false',
    'Whether an OAuth assertion has an id of its own.',
  ),
  'sasl.oauthbearer.assertion.claim.nbf.seconds': unused(
    'int',
    '60',
    'Seconds before now from which an OAuth assertion is valid.',
    'read-only',
    { min: 0, max: 3600 },
  ),
  'sasl.oauthbearer.assertion.claim.sub': unused('string', null, 'The subject claim of an OAuth assertion.'),
  'sasl.oauthbearer.assertion.file': unused('string', null, 'A file with a ready OAuth assertion.'),
  'sasl.oauthbearer.assertion.private.key.file': unused(
    'string',
    null,
    'A file with the key that signs OAuth assertions.',
  ),
  'sasl.oauthbearer.assertion.private.key.passphrase': unused(
    'password',
    null,
    'The passphrase of the key that signs OAuth assertions.',
  ),
  'sasl.oauthbearer.assertion.template.file': unused('string', null, 'A file with further claims of OAuth assertions.'),
  'sasl.oauthbearer.client.credentials.client.id': unused('string', null, 'The client id for an OAuth token endpoint.'),
  'sasl.oauthbearer.client.credentials.client.secret': unused(
    'password',
    null,
    'The client secret for an OAuth token endpoint.',
  ),
  'sasl.oauthbearer.jwt.retriever.class': unused(
    'class',
    'org.apache.kafka.common.security.oauthbearer.DefaultJwtRetriever',
    'A Java class that gets OAuth tokens.',
  ),
  'sasl.oauthbearer.jwt.validator.class': unused(
    'class',
    'org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator',
    'A Java class that checks OAuth tokens.',
  ),
  'sasl.oauthbearer.scope': unused('string', null, 'The scope that is asked for at an OAuth token endpoint.'),
  'sasl.oauthbearer.token.endpoint.url': unused('string', null, 'The URL of the OAuth token endpoint.'),
};
