// The controller of the cluster: decides on changes of its metadata, one after the other, and publishes each image when it is committed. It runs
// on the coordinator runtime, as group coordinators do.

import { CoordinatorRuntime } from '../../coordinator/index.ts';
import type { Clock, Random, Timer } from '../../platform/index.ts';
import type {
  AlterClientQuotasRequest,
  AlterConfigsRequest,
  AlterPartitionReassignmentsRequest,
  AlterUserScramCredentialsRequest,
  alterClientQuotas as alterClientQuotasApi,
  alterPartitionReassignments as alterReassignmentsApi,
  alterUserScramCredentials as alterScramCredentialsApi,
  CreateAclsRequest,
  CreateDelegationTokenRequest,
  CreatePartitionsRequest,
  CreateTopicsRequest,
  createAcls as createAclsApi,
  createPartitions as createPartitionsApi,
  createDelegationToken as createTokenApi,
  createTopics as createTopicsApi,
  DeleteAclsRequest,
  DeleteTopicsRequest,
  deleteAcls as deleteAclsApi,
  deleteTopics as deleteTopicsApi,
  ElectLeadersRequest,
  ExpireDelegationTokenRequest,
  electLeaders as electLeadersApi,
  expireDelegationToken as expireTokenApi,
  IncrementalAlterConfigsRequest,
  RenewDelegationTokenRequest,
  renewDelegationToken as renewTokenApi,
  UpdateFeaturesRequest,
  updateFeatures as updateFeaturesApi,
} from '../../protocol/index.ts';
import { KafkaError } from '../../protocol/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import type { ConfigSchema } from '../configs/config-schema.ts';
import { compareImages, type MetadataDelta } from '../image/metadata-delta.ts';
import { EMPTY_IMAGE, imageRecords, type MetadataImage } from '../image/metadata-image.ts';
import type { MetadataLog } from '../log/metadata-log.ts';
import type { MetadataConfig } from '../metadata-config.ts';
import { type MetadataRecord, metadataRecordSerde } from '../metadata-record.ts';
import { allocateProducerIds, type ProducerIdBlock } from './allocate-producer-ids.ts';
import { createAcls, deleteAcls } from './alter-acls.ts';
import { alterClientQuotas } from './alter-client-quotas.ts';
import { type AlterConfigsAnswer, alterConfigs, incrementalAlterConfigs } from './alter-configs.ts';
import {
  createToken,
  expireToken,
  removeExpiredTokens,
  renewToken,
  type TokenPrincipal,
} from './alter-delegation-tokens.ts';
import { alterScramCredentials } from './alter-scram-credentials.ts';
import { assignDirectories, type DirectoryAssignment } from './assign-directories.ts';
import { bootstrapRecords } from './bootstrap.ts';
import { createPartitions } from './create-partitions.ts';
import { createTopics } from './create-topics.ts';
import type { Answer, Decision } from './decision.ts';
import { deleteTopics } from './delete-topics.ts';
import { electLeaders } from './elect-leaders.ts';
import { MetadataState } from './metadata-state.ts';
import { ALL_ALLOWED, type TopicPermissions } from './permissions.ts';
import { alterReassignments } from './reassign-partitions.ts';
import { type BrokerDescription, cordonDirectories, registerBroker, unfenceBroker } from './register-broker.ts';
import { unregisterBroker } from './unregister-broker.ts';
import { updateFeatures } from './update-features.ts';

export interface MetadataControllerOptions {
  /** Open; the controller closes it when it stops. */
  readonly log: MetadataLog;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly nodeId: number;
  readonly schema: ConfigSchema;
  readonly config: MetadataConfig;
}

/** Gets every committed change: what changed, and the image with it. Must not throw. */
export type MetadataListener = (delta: MetadataDelta, image: MetadataImage) => void;

const PARTITION = 0;

export class MetadataController {
  readonly #options: MetadataControllerOptions;
  readonly #runtime: CoordinatorRuntime<MetadataRecord, MetadataState>;
  readonly #listeners = new Set<MetadataListener>();
  #image: MetadataImage = EMPTY_IMAGE;
  #snapshotOffset = 0n;
  #snapshotMs: number;
  #snapshot: Promise<void> | undefined;
  #tokenCheck: Timer | undefined;

  private constructor(options: MetadataControllerOptions) {
    this.#options = options;
    this.#snapshotMs = options.clock.monotonic();
    this.#runtime = new CoordinatorRuntime({
      log: options.log,
      serde: metadataRecordSerde,
      clock: options.clock,
      logger: options.logger,
      createState: (context) =>
        new MetadataState(context, {
          endOffset: () => options.log.endOffset,
          onLoaded: (image) => this.#publish(image),
        }),
    });
  }

  /** Loads the metadata, and gives a new cluster its first records. */
  static async start(options: MetadataControllerOptions): Promise<MetadataController> {
    const controller = new MetadataController(options);
    try {
      await controller.#runtime.load(PARTITION);
      await controller.#write((image) => ({ records: bootstrapRecords(image, options.schema), response: undefined }));
      controller.#scheduleTokenCheck();
      return controller;
    } catch (error) {
      await controller.stop();
      throw error;
    }
  }

  /** Waits for what is under way, and closes the log. Stopping twice is harmless. */
  async stop(): Promise<void> {
    this.#tokenCheck?.cancel();
    await this.#runtime.stop();
    await this.#snapshot;
    await this.#options.log.close();
  }

  /** The committed metadata. */
  get image(): MetadataImage {
    return this.#image;
  }

  /** Calls `listener` with every change from now on. Returns how to stop. */
  subscribe(listener: MetadataListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  createTopics(
    request: Pick<CreateTopicsRequest, 'topics' | 'validateOnly'>,
    permissions: TopicPermissions = ALL_ALLOWED,
  ): Promise<Answer<typeof createTopicsApi>> {
    return this.#write((image) => createTopics(image, request, { ...this.#options, permissions }));
  }

  /** Rejects with TOPIC_DELETION_DISABLED where `delete.topic.enable` is false. */
  deleteTopics(
    request: Pick<DeleteTopicsRequest, 'topics' | 'topicNames'>,
    permissions: TopicPermissions = ALL_ALLOWED,
  ): Promise<Answer<typeof deleteTopicsApi>> {
    if (!this.#options.config['delete.topic.enable']) return Promise.reject(new KafkaError('TOPIC_DELETION_DISABLED'));
    return this.#write((image) => deleteTopics(image, request, permissions));
  }

  createPartitions(
    request: Pick<CreatePartitionsRequest, 'topics' | 'validateOnly'>,
    permissions: TopicPermissions = ALL_ALLOWED,
  ): Promise<Answer<typeof createPartitionsApi>> {
    return this.#write((image) => createPartitions(image, request, this.#options.random, permissions));
  }

  electLeaders(
    request: Pick<ElectLeadersRequest, 'electionType' | 'topicPartitions'>,
  ): Promise<Answer<typeof electLeadersApi>> {
    return this.#write((image) => electLeaders(image, request));
  }

  alterConfigs(request: Pick<AlterConfigsRequest, 'resources' | 'validateOnly'>): Promise<AlterConfigsAnswer> {
    return this.#write((image) => alterConfigs(image, request, this.#options));
  }

  incrementalAlterConfigs(
    request: Pick<IncrementalAlterConfigsRequest, 'resources' | 'validateOnly'>,
  ): Promise<AlterConfigsAnswer> {
    return this.#write((image) => incrementalAlterConfigs(image, request, this.#options));
  }

  alterReassignments(
    request: Pick<AlterPartitionReassignmentsRequest, 'topics' | 'allowReplicationFactorChange'>,
  ): Promise<Answer<typeof alterReassignmentsApi>> {
    return this.#write((image) => alterReassignments(image, request));
  }

  createAcls(request: Pick<CreateAclsRequest, 'creations'>): Promise<Answer<typeof createAclsApi>> {
    return this.#write((image) => createAcls(image, request, this.#options.random));
  }

  deleteAcls(request: Pick<DeleteAclsRequest, 'filters'>): Promise<Answer<typeof deleteAclsApi>> {
    return this.#write((image) => deleteAcls(image, request));
  }

  alterClientQuotas(
    request: Pick<AlterClientQuotasRequest, 'entries' | 'validateOnly'>,
  ): Promise<Answer<typeof alterClientQuotasApi>> {
    return this.#write((image) => alterClientQuotas(image, request));
  }

  alterScramCredentials(
    request: Pick<AlterUserScramCredentialsRequest, 'deletions' | 'upsertions'>,
  ): Promise<Answer<typeof alterScramCredentialsApi>> {
    return this.#write((image) => alterScramCredentials(image, request));
  }

  createToken(
    request: Pick<
      CreateDelegationTokenRequest,
      'ownerPrincipalType' | 'ownerPrincipalName' | 'renewers' | 'maxLifetimeMs'
    >,
    requester: TokenPrincipal,
  ): Promise<Answer<typeof createTokenApi>> {
    return this.#write(() => createToken(request, this.#tokenContext(requester)));
  }

  renewToken(
    request: Pick<RenewDelegationTokenRequest, 'hmac' | 'renewPeriodMs'>,
    requester: TokenPrincipal,
  ): Promise<Answer<typeof renewTokenApi>> {
    return this.#write((image) => renewToken(image, request, this.#tokenContext(requester)));
  }

  expireToken(
    request: Pick<ExpireDelegationTokenRequest, 'hmac' | 'expiryTimePeriodMs'>,
    requester: TokenPrincipal,
  ): Promise<Answer<typeof expireTokenApi>> {
    return this.#write((image) => expireToken(image, request, this.#tokenContext(requester)));
  }

  /** Rejects with INVALID_UPDATE_VERSION when one of the levels cannot be. */
  updateFeatures(
    request: Pick<UpdateFeaturesRequest, 'featureUpdates' | 'validateOnly'>,
    apiVersion: number,
  ): Promise<Answer<typeof updateFeaturesApi>> {
    return this.#write((image) => updateFeatures(image, request, { ...this.#options, apiVersion }));
  }

  /** Keeps which log directory of this node holds which partition. */
  assignDirectories(assignments: readonly DirectoryAssignment[]): Promise<void> {
    return this.#write((image) => assignDirectories(image, this.#options.nodeId, assignments), { isDivisible: true });
  }

  /** Forgets a broker that is gone for good. Rejects for this node. */
  unregisterBroker(brokerId: number): Promise<void> {
    return this.#write((image) => unregisterBroker(image, brokerId, this.#options.nodeId));
  }

  /** The term of this node as the controller; it grows with every start. */
  get epoch(): number {
    return this.#options.log.epoch;
  }

  /** Registers this node, fenced, and gives its partitions new leader epochs after an unclean stop. */
  registerBroker(broker: BrokerDescription, wasCleanlyStopped: boolean): Promise<{ readonly brokerEpoch: bigint }> {
    // The registration comes last, so a crash in the middle leads to another one: the records may be split.
    return this.#write((image) => registerBroker(image, broker, wasCleanlyStopped), { isDivisible: true });
  }

  /** This node serves requests from now on. */
  unfenceBroker(brokerId: number): Promise<void> {
    return this.#write((image) => unfenceBroker(image, brokerId));
  }

  /** Keeps which log directories of this node get no new partitions: their ids. */
  cordonDirectories(directoryIds: readonly string[]): Promise<void> {
    return this.#write((image) => cordonDirectories(image, this.#options.nodeId, directoryIds));
  }

  allocateProducerIds(brokerId: number, brokerEpoch: bigint): Promise<ProducerIdBlock> {
    return this.#write((image) => allocateProducerIds(image, brokerId, brokerEpoch));
  }

  /** Keeps the metadata as it is now as a snapshot, and drops the log before it. Resolves when that is done, well or not. */
  writeSnapshot(): Promise<void> {
    this.#snapshot ??= this.#writeSnapshot(this.#image).finally(() => {
      this.#snapshot = undefined;
    });
    return this.#snapshot;
  }

  #tokenContext(requester: TokenPrincipal) {
    return { ...this.#options, nowMs: this.#options.clock.now(), requester };
  }

  /** Removes tokens whose time is over; before that they are worth nothing already. */
  #scheduleTokenCheck(): void {
    const { clock, config, logger } = this.#options;
    if (config['delegation.token.secret.key'] === null) return;
    this.#tokenCheck = clock.schedule(config['delegation.token.expiry.check.interval.ms'], () => {
      this.#scheduleTokenCheck();
      this.#write((image) => removeExpiredTokens(image, clock.now())).catch((error: unknown) => {
        logger.warn({ error }, 'cannot remove expired delegation tokens');
      });
    });
  }

  async #write<Response>(
    decide: (image: MetadataImage) => Decision<Response>,
    options: { isDivisible?: boolean } = {},
  ): Promise<Response> {
    let decided: MetadataImage | undefined;
    try {
      const onApplied = (image: MetadataImage) => {
        decided = image;
      };
      const response = await this.#runtime.write(PARTITION, (state) => state.perform(decide, onApplied, options));
      if (decided !== undefined) this.#publish(decided);
      return response;
    } catch (error) {
      throw asControllerError(error);
    }
  }

  /** Images come in the order of their commits; one that is behind the published one is known already. */
  #publish(image: MetadataImage): void {
    const before = this.#image;
    if (image.endOffset <= before.endOffset && before !== EMPTY_IMAGE) return;
    this.#image = image;
    const delta = compareImages(before, image);
    for (const listener of this.#listeners) listener(delta, image);
    if (this.#isSnapshotDue()) void this.writeSnapshot();
  }

  #isSnapshotDue(): boolean {
    const { log, clock, config } = this.#options;
    const maxIntervalMs = config['metadata.log.max.snapshot.interval.ms'];
    if (this.#snapshot !== undefined || this.#image.endOffset <= this.#snapshotOffset) return false;
    if (log.bytesSinceSnapshot >= config['metadata.log.max.record.bytes.between.snapshots']) return true;
    return maxIntervalMs > 0 && clock.monotonic() - this.#snapshotMs >= maxIntervalMs;
  }

  async #writeSnapshot(image: MetadataImage): Promise<void> {
    const { log, clock, logger } = this.#options;
    // Also after a failure, so that a full disk is not asked again and again.
    this.#snapshotMs = clock.monotonic();
    this.#snapshotOffset = image.endOffset;
    try {
      await log.writeSnapshot({ endOffset: image.endOffset, records: serialized(image) });
    } catch (error) {
      logger.error({ error, endOffset: image.endOffset }, 'cannot write a snapshot of the metadata');
    }
  }
}

function* serialized(image: MetadataImage) {
  for (const record of imageRecords(image)) yield metadataRecordSerde.serialize(record);
}

/** What the runtime says of coordinators, as clients expect to hear it of the controller. */
function asControllerError(error: unknown): unknown {
  if (!(error instanceof KafkaError)) return error;
  switch (error.code) {
    case 'COORDINATOR_LOAD_IN_PROGRESS':
    case 'COORDINATOR_NOT_AVAILABLE':
    case 'NOT_COORDINATOR':
      return new KafkaError('NOT_CONTROLLER', 'The metadata log is not available at the moment', { cause: error });
    default:
      return error;
  }
}
