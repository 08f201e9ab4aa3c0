// SaslHandshake, where it comes too late: what belongs to an authentication under way is answered by `security/sasl-authentication.ts`.

import { errorCode, KafkaError, saslHandshake } from '../../protocol/index.ts';
import { handler } from '../handler.ts';

export const saslHandshakeHandler = handler(saslHandshake, {
  handle() {
    throw new KafkaError('ILLEGAL_SASL_STATE');
  },
  fail: (_request, error) => ({ errorCode: errorCode(error.code), mechanisms: [] }),
});
