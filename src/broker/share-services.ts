// The parts of a broker that have to do with share groups, tied together.

import {
  SHARE_TOPIC,
  ShareCoordinator,
  type ShareCoordinatorConfig,
  type ShareStateStore,
} from '../coordinator/index.ts';
import type { MetadataController } from '../metadata/index.ts';
import type { Clock } from '../platform/index.ts';
import { CONFIG_RESOURCE, compressionTypeOf } from '../protocol/index.ts';
import type { StorageEngine } from '../storage/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { partitionCoordinatorLog } from './coordinator-log.ts';
import type { ShareConfig } from './share/share-config.ts';
import { SharePartitions } from './share/share-partitions.ts';
import { ShareSessions } from './share/share-sessions.ts';
import { type ShareSettings, shareSettings } from './share/share-settings.ts';
import { patientShareStateStore } from './share/share-state-store.ts';

export interface ShareServices {
  readonly shareCoordinator: ShareCoordinator;
  readonly sharePartitions: SharePartitions;
  readonly shareSessions: ShareSessions;
  /** Of a group, at this moment. */
  shareSettingsOf(groupId: string): ShareSettings;
}

export interface ShareServicesOptions {
  readonly storage: StorageEngine;
  readonly metadata: MetadataController;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly config: ShareConfig & ShareCoordinatorConfig;
  /** Resolves when the topic of the state can be used. */
  createStateTopic(): Promise<unknown>;
}

/** `store` is what others keep share partitions with. */
export function shareServices(options: ShareServicesOptions): ShareServices & { readonly store: ShareStateStore } {
  const { storage, metadata, clock, logger, config } = options;
  const shareCoordinator = new ShareCoordinator({
    clock,
    logger,
    config,
    log: partitionCoordinatorLog({
      storage,
      topic: SHARE_TOPIC,
      clock,
      // The setting allows only ids that there are.
      compression: compressionTypeOf(config['share.coordinator.state.topic.compression.codec']) ?? 'none',
      loadBufferBytes: config['share.coordinator.load.buffer.size'],
    }),
    partitionCount: (topicId) => metadata.image.topics.byId.get(topicId)?.partitions.length,
    partitionCountOfLog: () =>
      metadata.image.topics.byName.get(SHARE_TOPIC)?.partitions.length ??
      config['share.coordinator.state.topic.num.partitions'],
    deleteRecordsBefore: async (partition, offset) => {
      await storage.partition(SHARE_TOPIC, partition)?.loaded?.deleteRecords(offset);
    },
  });
  const store = patientShareStateStore({
    coordinator: shareCoordinator,
    clock,
    createTopic: async () => {
      if (!metadata.image.topics.byName.has(SHARE_TOPIC)) await options.createStateTopic();
    },
  });
  const shareSettingsOf = (groupId: string) =>
    shareSettings(metadata.image.configs.of({ type: CONFIG_RESOURCE.group, name: groupId }), config);
  const sharePartitions = new SharePartitions({ store, clock, logger, settings: shareSettingsOf });
  const shareSessions = new ShareSessions({
    limit: config['group.share.max.share.sessions'],
    onEnd(groupId, memberId, targets) {
      for (const target of targets) {
        const sharePartition = sharePartitions.get({ groupId, ...target });
        sharePartition?.release(memberId).catch((error: unknown) => {
          logger.warn({ ...sharePartition.key, memberId, error }, 'cannot take back what a consumer has left');
          sharePartitions.removeIfFenced(sharePartition, error);
        });
      }
    },
    onGroupEnd: (groupId) => sharePartitions.removeGroup(groupId),
  });
  return { shareCoordinator, sharePartitions, shareSessions, shareSettingsOf, store };
}
