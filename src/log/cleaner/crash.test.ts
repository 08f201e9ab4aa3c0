import { ManualClock, MemoryDisk } from '../../platform/index.ts';
import { START_MS } from '../log-fixture.ts';
import { compactionSuite } from './compaction-suite.ts';

compactionSuite(
  'the process dies',
  async () => ({ disk: new MemoryDisk(new ManualClock(START_MS)), crash: () => {} }),
  1,
);
