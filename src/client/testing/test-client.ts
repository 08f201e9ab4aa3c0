// A network, a clock and a scripted broker, together, as most tests of the client begin.

import { ManualClock, MemoryNetwork, SeededRandom } from '../../platform/index.ts';
import type { ClientOptions } from '../settings.ts';
import { ScriptedBroker } from './scripted-broker.ts';

export interface TestWorld {
  readonly network: MemoryNetwork;
  readonly clock: ManualClock;
  readonly broker: ScriptedBroker;
  /** For a client of the broker. */
  readonly options: ClientOptions;
}

export async function testWorld(): Promise<TestWorld> {
  const network = new MemoryNetwork();
  const clock = new ManualClock();
  const broker = await ScriptedBroker.start(network);
  const options = {
    bootstrapServers: broker.bootstrapServers,
    platform: { clock, network, random: new SeededRandom(1) },
  };
  return { network, clock, broker, options };
}
