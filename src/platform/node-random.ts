// Chance from the operating system's generator, fit for ids and secrets.

import { randomBytes, randomInt } from 'node:crypto';
import type { Random } from './random.ts';

export const nodeRandom: Random = {
  bytes: (length) => randomBytes(length),
  integer: (bound) => randomInt(bound),
};
