// SaslAuthenticate, where it comes too late: what belongs to an authentication under way is answered by `security/sasl-authentication.ts`.

import { errorCode, KafkaError, saslAuthenticate } from '../../protocol/index.ts';
import { handler } from '../handler.ts';

export const saslAuthenticateHandler = handler(saslAuthenticate, {
  handle() {
    throw new KafkaError('ILLEGAL_SASL_STATE', 'SaslAuthenticate request received after successful authentication');
  },
  fail: (_request, error) => ({
    errorCode: errorCode(error.code),
    errorMessage: error.message,
    authBytes: Buffer.alloc(0),
  }),
});
