// What an API of groups answers: everything but the throttling, which is the broker's business.

import type { ResponseInput } from '../../protocol/index.ts';

export type Answer<A> = Omit<ResponseInput<A>, 'throttleTimeMs'>;
