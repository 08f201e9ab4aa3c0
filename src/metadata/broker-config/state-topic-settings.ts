// Settings of the state of share groups that no module of ours reads yet.

import type { ConfigTable } from '../../config/index.ts';
import { unused } from './setting.ts';

export const stateTopicSettings: ConfigTable = {
  'share.coordinator.append.linger.ms': unused(
    'int',
    '-1',
    'Milliseconds that the share coordinator collects records before it writes them; -1 adapts to the load.',
    'read-only',
    { min: -1 },
  ),
  'share.coordinator.cached.buffer.max.bytes': unused(
    'int',
    '1048588',
    'Bytes of the largest write buffer that the share coordinator keeps for later.',
    'cluster-wide',
    { min: 524288 },
  ),
  'share.coordinator.threads': unused('int', '1', 'Threads of the share coordinator.', 'read-only', { min: 1 }),
  'share.coordinator.write.timeout.ms': unused(
    'int',
    '5000',
    'Milliseconds in which a write of the share coordinator must be done.',
    'read-only',
    { min: 1 },
  ),
  'share.fetch.purgatory.purge.interval.requests': unused(
    'int',
    '1000',
    'Finished share fetches after which their remains are swept out.',
  ),
};
