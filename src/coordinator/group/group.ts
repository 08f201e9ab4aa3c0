// What lives under a group id.

import type { ClassicGroup } from './classic/classic-group.ts';
import type { ConsumerGroup } from './consumer/consumer-group.ts';
import type { ShareGroup } from './share/share-group.ts';
import type { StreamsGroup } from './streams/streams-group.ts';

export type Group = ClassicGroup | ConsumerGroup | StreamsGroup | ShareGroup;
