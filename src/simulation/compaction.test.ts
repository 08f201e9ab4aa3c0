import { compactionSuite } from '../log/cleaner/compaction-suite.ts';
import { ManualClock } from '../platform/index.ts';
import { SimulatedDisk } from './simulated-disk.ts';

compactionSuite(
  'the power goes',
  async () => {
    const disk = new SimulatedDisk(new ManualClock());
    await disk.makeDirectory('/data');
    await disk.syncDirectory('/');
    return { disk, crash: (random) => void disk.cutPower(random) };
  },
  2,
);
