// The door of the broker module.

export { authorizerConfigTable } from './authorizer/authorizer-config.ts';
export { Broker, type BrokerOptions } from './broker.ts';
export { type BrokerConfig, brokerConfigTable, DEFAULT_NODE_ID } from './broker-config.ts';
export { HANDLERS } from './handlers/index.ts';
export { admissionLimits } from './network/admission-limits.ts';
export { formatEndpoint } from './network/client-listeners.ts';
export { formatAddress, type ListenerEndpoint } from './network/endpoints.ts';
export { authenticationConfigTable } from './security/authentication-config.ts';
export { type ServedVersions, servedVersions } from './served-versions.ts';
export { shareConfigTable } from './share/share-config.ts';
