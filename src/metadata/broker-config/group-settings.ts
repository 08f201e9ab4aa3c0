// Settings of the group coordinator that no module of ours reads.

import type { ConfigTable } from '../../config/index.ts';
import { unused } from './setting.ts';

export const groupSettings: ConfigTable = {
  'group.coordinator.append.linger.ms': unused(
    'int',
    '-1',
    'Milliseconds that the group coordinator collects records before it writes them; -1 adapts to the load.',
    'read-only',
    { min: -1 },
  ),
  'group.coordinator.background.threads': unused(
    'int',
    '2',
    'Threads for slow work of the group coordinator.',
    'read-only',
    { min: 1 },
  ),
  'group.coordinator.cached.buffer.max.bytes': unused(
    'int',
    '1048588',
    'Bytes of the largest write buffer that the group coordinator keeps for later.',
    'cluster-wide',
    { min: 524288 },
  ),
  'group.coordinator.rebalance.protocols': unused(
    'list',
    'classic,consumer,streams',
    'Group protocols that are offered.',
    'read-only',
    { oneOf: ['consumer', 'classic', 'share', 'streams'] },
  ),
  'group.coordinator.threads': unused('int', '4', 'Threads of the group coordinator.', 'read-only', { min: 1 }),
};
