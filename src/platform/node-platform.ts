// The platform of a real process: the machine's clock, disk, network and chance.

import { nodeClock } from './node-clock.ts';
import { nodeDisk } from './node-disk.ts';
import { nodeNetwork } from './node-network.ts';
import { nodeRandom } from './node-random.ts';
import type { Platform } from './platform.ts';

export function createNodePlatform(): Platform {
  return { clock: nodeClock, disk: nodeDisk, network: nodeNetwork, random: nodeRandom };
}
