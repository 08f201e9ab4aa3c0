// What the handlers work with: the parts of one broker, tied together by broker.ts.

import type { GroupCoordinator } from '../coordinator/index.ts';
import type { ConfigSchema, MetadataConfig, MetadataController } from '../metadata/index.ts';
import type { Clock } from '../platform/index.ts';
import type { Api } from '../protocol/index.ts';
import type { StorageEngine } from '../storage/index.ts';
import type { Logger } from '../telemetry/index.ts';
import type { AuditLog } from './audit/audit-log.ts';
import type { Authorizer } from './authorizer/authorizer.ts';
import type { BrokerConfig } from './broker-config.ts';
import type { ClientTelemetry } from './client-telemetry/client-telemetry.ts';
import type { FetchSessions } from './fetch/fetch-session.ts';
import type { RequestMetrics } from './metrics/request-metrics.ts';
import type { TrafficMetrics } from './metrics/traffic-metrics.ts';
import type { ClientListeners } from './network/client-listeners.ts';
import type { RequestBudget } from './network/request-budget.ts';
import type { ProducerIds } from './producer-ids.ts';
import type { ClientQuotas } from './quotas/client-quotas.ts';
import type { RuntimeLoggers } from './runtime-loggers.ts';
import type { ListenersSecurity } from './security/listeners-security.ts';
import type { ShareServices } from './share-services.ts';
import type { StreamsTopicCreation } from './streams-topic-creation.ts';
import type { TopicCreation } from './topic-creation.ts';
import type { TransactionServices } from './transaction-services.ts';

export interface BrokerServices extends TransactionServices, ShareServices {
  readonly nodeId: number;
  readonly clusterId: string;
  /** Of the directory with the metadata log. */
  readonly quorumDirectoryId: string;
  readonly config: BrokerConfig & MetadataConfig;
  readonly configSchema: ConfigSchema;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly storage: StorageEngine;
  readonly metadata: MetadataController;
  readonly groups: GroupCoordinator;
  readonly fetchSessions: FetchSessions;
  readonly listeners: ClientListeners;
  /** Of the listeners. */
  readonly security: ListenersSecurity;
  readonly topicCreation: TopicCreation;
  readonly streamsTopicCreation: StreamsTopicCreation;
  readonly producerIds: ProducerIds;
  readonly quotas: ClientQuotas;
  /** The memory for requests and answers. */
  readonly requestBudget: RequestBudget;
  readonly requestMetrics: RequestMetrics;
  readonly traffic: TrafficMetrics;
  readonly telemetry: ClientTelemetry;
  readonly loggers: RuntimeLoggers;
  readonly audit: AuditLog;
  /** Undefined where everything is allowed. */
  readonly authorizer: Authorizer | undefined;
  /** The APIs that have a handler. */
  servedApis(): readonly Api[];
}
