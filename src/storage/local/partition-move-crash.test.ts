import { ManualClock, MemoryDisk } from '../../platform/index.ts';
import { partitionMoveSuite } from './partition-move-suite.ts';

partitionMoveSuite('the process dies', async () => ({ disk: new MemoryDisk(new ManualClock()), crash: () => {} }), 1);
