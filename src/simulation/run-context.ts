// What the actors of a run share.

import type { Clock, Random } from '../platform/index.ts';
import type { Clients } from './clients.ts';
import type { History } from './history.ts';
import type { Swarm } from './swarm.ts';
import type { Trace } from './trace.ts';

export interface RunContext {
  readonly clock: Clock;
  readonly clients: Clients;
  readonly history: History;
  readonly swarm: Swarm;
  readonly trace: Trace;
  /** Counts up with every cut, so that a reader can tell that what was not synced may be gone. */
  powerCuts: number;
  /** Counts up with every end of a broker, so that a member can tell that what only the process knew is gone. */
  crashes: number;
  /** A new sequence of chance for an actor. */
  random(): Random;
}
