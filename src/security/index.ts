// The door of the security module.

export { subjectOf } from './distinguished-name.ts';
export { LOGIN_MODULES, type LoginContext, parseLoginContext } from './jaas-config.ts';
export { type JwtRules, type JwtValidator, jwtValidator } from './oauth/jwt-validator.ts';
export { type KeySource, keyEndpoint, keyFile, SigningKeys } from './oauth/signing-keys.ts';
export { createTestIssuer, type TestIssuer, type TestToken } from './oauth/test-issuer.ts';
export { type PrincipalMapping, principalMapping } from './principal-mapping.ts';
export { oauthBearerClient } from './sasl/oauth-bearer-client.ts';
export { oauthBearerServer } from './sasl/oauth-bearer-server.ts';
export { plainClient } from './sasl/plain-client.ts';
export { type PlainPasswords, plainPasswords, plainServer } from './sasl/plain-server.ts';
export type { SaslClient } from './sasl/sasl-client.ts';
export { SaslError, type SaslIdentity, type SaslServer, type SaslStep } from './sasl/sasl-server.ts';
export { scramClient } from './sasl/scram-client.ts';
export { type ScramLogin, scramServer } from './sasl/scram-server.ts';
export {
  clientProof,
  provenStoredKey,
  type ScramCredential,
  type ScramKeys,
  saltedPassword,
  scramKeys,
  serverSignature,
} from './scram/scram-keys.ts';
export {
  MAX_SCRAM_ITERATIONS,
  SCRAM_MECHANISM,
  SCRAM_MECHANISMS,
  type ScramMechanism,
} from './scram/scram-mechanism.ts';
export { loadClientTls, loadServerTls, sslConfigTable, sslServerConfigTable } from './ssl-config.ts';
export { isStoreSetting, requireSameIdentity } from './store-change.ts';
export { isTokenHmac, tokenHmac, tokenPassword } from './token-hmac.ts';
