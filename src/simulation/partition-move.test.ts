import { ManualClock } from '../platform/index.ts';
import { partitionMoveSuite } from '../storage/local/partition-move-suite.ts';
import { SimulatedDisk } from './simulated-disk.ts';

partitionMoveSuite(
  'the power goes',
  async () => {
    const disk = new SimulatedDisk(new ManualClock());
    return { disk, crash: (random) => void disk.cutPower(random) };
  },
  1,
);
