// A broker for tests of the client: it answers what a test tells it to, over the in-memory network, and keeps what it was asked.

import type { Address, Listener, Network, Stream } from '../../platform/index.ts';
import {
  APIS,
  type Api,
  apiVersions,
  decodeRequestBody,
  decodeRequestHeader,
  encodeResponse,
  FrameReader,
  findCoordinator,
  getTelemetrySubscriptions,
  isVersionSupported,
  metadata,
  type RequestOf,
  type ResponseInput,
} from '../../protocol/index.ts';

export interface RequestInfo {
  readonly version: number;
  readonly clientId: string;
  /** False when the connection that the request came on has ended, before its turn came. */
  readonly isConnected: boolean;
  /** Breaks that connection. */
  disconnect(): void;
  /** Sends bytes as they are, for answers that no codec would write. */
  sendRaw(bytes: Buffer): void;
}

/** An answer without its throttle time, or `undefined` for none at all. */
export type Handler<A extends Api> = (
  request: RequestOf<A>,
  info: RequestInfo,
) => Answer<A> | undefined | Promise<Answer<A> | undefined>;

export type Answer<A> = Omit<ResponseInput<A>, 'throttleTimeMs'>;

export interface ReceivedRequest {
  readonly name: string;
  readonly version: number;
  readonly body: unknown;
}

export const NODE_ID = 1;
export const TOPIC_ID = 'AAAAAAAAAAAAAAAAAAAAAQ';

export class ScriptedBroker {
  readonly received: ReceivedRequest[] = [];
  /** Partition counts of the topics that Metadata tells of. */
  readonly topics = new Map<string, number>();
  /** Of all partitions, as Metadata tells. */
  leaderEpoch = 0;
  /** Brokers that Metadata tells of beside this one, by node id. */
  readonly others = new Map<number, ScriptedBroker>();
  /** What ApiVersions tells, by key; default: all that the protocol module knows, but for pushed metrics, which would be asked about beside everything. */
  readonly served = new Map<number, { min: number; max: number }>();
  /** Levels of the features that ApiVersions tells of. */
  readonly features = new Map<string, number>();
  readonly #handlers = new Map<number, Handler<Api>>();
  readonly #streams = new Set<Stream>();
  #listener: Listener | undefined;
  #port = 0;

  static async start(network: Network, port = 9092): Promise<ScriptedBroker> {
    const broker = new ScriptedBroker();
    broker.#port = port;
    await broker.startAgain(network);
    return broker;
  }

  private constructor() {
    for (const api of Object.values(APIS)) this.serve(api);
    this.served.delete(getTelemetrySubscriptions.key);
    this.on(apiVersions, () => ({
      errorCode: 0,
      apiKeys: [...this.served].map(([apiKey, { min, max }]) => ({ apiKey, minVersion: min, maxVersion: max })),
      finalizedFeatures: [...this.features].map(([name, level]) => ({
        name,
        maxVersionLevel: level,
        minVersionLevel: level,
      })),
    }));
    this.on(metadata, (request) => this.#metadata(request));
    this.on(findCoordinator, (request, { version }) => {
      const node = { nodeId: NODE_ID, ...this.address, errorCode: 0 };
      if (version < 4) return node;
      return { coordinators: request.coordinatorKeys.map((key) => ({ key, ...node, errorMessage: null })) };
    });
  }

  get address(): Address {
    if (this.#listener === undefined) throw new Error('The scripted broker is not listening');
    return this.#listener.address;
  }

  get bootstrapServers(): string {
    return `${this.address.host}:${this.address.port}`;
  }

  get openConnections(): number {
    return this.#streams.size;
  }

  on<A extends Api>(api: A, handler: Handler<A>): void {
    this.#handlers.set(api.key, handler as unknown as Handler<Api>);
  }

  /** From now on ApiVersions tells of it, in all versions. */
  serve({ key, versions }: Api): void {
    this.served.set(key, { min: versions.min, max: versions.max });
  }

  /** How often an API was asked for. */
  count(api: Api): number {
    return this.received.filter(({ name }) => name === api.name).length;
  }

  /** The last request of an API. */
  last<A extends Api>(api: A): RequestOf<A> {
    const request = this.received.findLast(({ name }) => name === api.name);
    if (request === undefined) throw new Error(`The broker was not asked for ${api.name}`);
    return request.body as RequestOf<A>;
  }

  disconnectAll(): void {
    for (const stream of this.#streams) stream.destroy();
  }

  /** After `stop`: at the same address, with all that it knew. */
  async startAgain(network: Network): Promise<void> {
    this.#listener = await network.listen({ host: 'broker', port: this.#port }, (stream) => this.#serve(stream));
  }

  async stop(): Promise<void> {
    await this.#listener?.close();
    this.disconnectAll();
  }

  #serve(stream: Stream): void {
    const frames = new FrameReader(100 * 1024 * 1024, 'the limit');
    this.#streams.add(stream);
    let previous: Promise<void> = Promise.resolve();
    stream.handle({
      onData: (chunk) =>
        frames.push(chunk, (frame) => {
          // In the order of the requests, as a real broker answers.
          previous = previous.then(() => this.#answer(stream, frame));
        }),
      onClose: () => this.#streams.delete(stream),
    });
  }

  async #answer(stream: Stream, frame: Buffer): Promise<void> {
    const header = decodeRequestHeader(frame);
    const { api, apiVersion: version, clientId, correlationId } = header;
    const range = this.served.get(api.key);
    if (range && version > range.max && api.key === apiVersions.key) {
      stream.write(
        encodeResponse(apiVersions, 0, correlationId, {
          errorCode: 35,
          apiKeys: [{ apiKey: 18, minVersion: range.min, maxVersion: range.max }],
        }),
      );
      return;
    }
    if (!isVersionSupported(api, version)) throw new Error(`The client asked for ${api.name} v${version}`);
    const body = decodeRequestBody(api, header, frame);
    this.received.push({ name: api.name, version, body });
    const handler = this.#handlers.get(api.key);
    if (handler === undefined) throw new Error(`The test has no answer for ${api.name}`);
    const response = await handler(body, {
      version,
      clientId,
      isConnected: this.#streams.has(stream),
      disconnect: () => stream.destroy(),
      sendRaw: (bytes) => void stream.write([bytes]),
    });
    if (response !== undefined)
      stream.write(encodeResponse(api, version, correlationId, { throttleTimeMs: 0, ...response }));
  }

  #metadata(request: RequestOf<typeof metadata>): Answer<typeof metadata> {
    const all = [...this.topics.keys()];
    // All topics have one id, which stands for the first of them.
    const names = request.topics?.map(({ name }) => name ?? all[0] ?? '') ?? all;
    return {
      brokers: [[NODE_ID, this] as const, ...this.others].map(([nodeId, { address }]) => ({
        nodeId,
        ...address,
        rack: null,
      })),
      clusterId: 'test-cluster',
      controllerId: NODE_ID,
      topics: names.map((name) => {
        const count = this.topics.get(name);
        return {
          name,
          topicId: TOPIC_ID,
          errorCode: count === undefined ? 3 : 0,
          partitions: Array.from({ length: count ?? 0 }, (_, partitionIndex) => ({
            errorCode: 0,
            partitionIndex,
            leaderId: NODE_ID,
            leaderEpoch: this.leaderEpoch,
            replicaNodes: [NODE_ID],
            isrNodes: [NODE_ID],
          })),
        };
      }),
    };
  }
}
