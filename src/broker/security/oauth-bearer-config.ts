// The settings of OAUTHBEARER. They count as they were at the start.

import { int, list, long, string } from '../../config/index.ts';

export const oauthBearerConfigTable = {
  'sasl.oauthbearer.jwks.endpoint.url': string({
    default: null,
    doc: "The https: or file: URL of the OAuth provider's keys.",
  }),
  'sasl.oauthbearer.jwks.endpoint.refresh.ms': long({
    default: '3600000',
    doc: "The age in milliseconds at which the OAuth provider's keys are read again.",
  }),
  'sasl.oauthbearer.jwks.endpoint.retry.backoff.ms': long({
    default: '100',
    doc: "Milliseconds before the OAuth provider's keys are asked for again after a first failure.",
  }),
  'sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms': long({
    default: '10000',
    doc: "The longest pause in milliseconds between two tries to read the OAuth provider's keys.",
  }),
  'sasl.oauthbearer.expected.issuer': string({ default: null, doc: 'The issuer that an OAuth token must name.' }),
  'sasl.oauthbearer.expected.audience': list({
    default: '',
    doc: 'Audiences of which an OAuth token must name one.',
  }),
  'sasl.oauthbearer.clock.skew.seconds': int({
    default: '30',
    doc: 'Seconds by which the clocks of broker and OAuth provider may differ.',
  }),
  'sasl.oauthbearer.scope.claim.name': string({
    default: 'scope',
    doc: 'The name of the scope claim in OAuth tokens.',
  }),
  'sasl.oauthbearer.sub.claim.name': string({
    default: 'sub',
    doc: 'The name of the claim in OAuth tokens that becomes the principal.',
  }),
} as const;
