// ElectLeaders: with one broker every partition has the only leader that it can have.

import { electLeaders } from '../../protocol/index.ts';
import { handler } from '../handler.ts';

export const electLeadersHandler = handler(electLeaders, {
  handle: (request, { services }) => services.metadata.electLeaders(request),
  fail: (_request, error) => ({ errorCode: error.errorCode, replicaElectionResults: [] }),
});
