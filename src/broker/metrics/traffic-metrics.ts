// What goes into topics and out of them, by topic as Kafka's BrokerTopicMetrics, and by who sends and reads it.

import type { Counter, Metrics } from '../../telemetry/index.ts';
import type { RequestContext } from '../handler.ts';
import { principalText } from '../principal.ts';

/** The label of the series that counts all topics: to Prometheus an empty label is none. */
const ALL_TOPICS = '';
const CLIENT_LABELS = ['client_id', 'principal', 'host', 'topic'] as const;
type TopicCounter = Counter<'topic'>;
type ClientCounter = Counter<(typeof CLIENT_LABELS)[number]>;

export class TrafficMetrics {
  readonly #isRead: boolean;
  readonly #messagesIn: TopicCounter;
  readonly #bytesIn: TopicCounter;
  readonly #bytesOut: TopicCounter;
  readonly #produceRequests: TopicCounter;
  readonly #fetchRequests: TopicCounter;
  readonly #failedProduceRequests: TopicCounter;
  readonly #failedFetchRequests: TopicCounter;
  readonly #producerRecords: ClientCounter;
  readonly #producerBytes: ClientCounter;
  readonly #consumerBytes: ClientCounter;

  constructor(metrics: Metrics) {
    const ofTopic = (name: string, help: string): TopicCounter =>
      metrics.counter({ name: `kafka_server_brokertopicmetrics_${name}_total`, help, labels: ['topic'] });
    const ofClient = (name: string, help: string): ClientCounter =>
      metrics.counter({ name: `millrace_${name}_total`, help, labels: CLIENT_LABELS });
    this.#isRead = metrics.isRead;
    this.#messagesIn = ofTopic('messagesin', 'Records that clients wrote.');
    this.#bytesIn = ofTopic('bytesin', 'Bytes of batches that clients wrote.');
    this.#bytesOut = ofTopic('bytesout', 'Bytes of batches that clients read.');
    this.#produceRequests = ofTopic('totalproducerequests', 'Partitions in Produce requests.');
    this.#fetchRequests = ofTopic('totalfetchrequests', 'Partitions in Fetch requests.');
    this.#failedProduceRequests = ofTopic('failedproducerequests', 'Partitions of Produce requests that failed.');
    this.#failedFetchRequests = ofTopic('failedfetchrequests', 'Partitions of Fetch requests that failed.');
    this.#producerRecords = ofClient('producer_records', 'Records that a client wrote.');
    this.#producerBytes = ofClient('producer_bytes', 'Bytes of batches that a client wrote.');
    this.#consumerBytes = ofClient('consumer_bytes', 'Bytes of batches that a client read.');
  }

  /** `records` and `bytes` of one partition. */
  produced(context: RequestContext, topic: string, records: number, bytes: number): void {
    if (!this.#isRead) return;
    count(this.#produceRequests, topic, 1);
    count(this.#messagesIn, topic, records);
    count(this.#bytesIn, topic, bytes);
    const labels = clientLabels(context, topic);
    this.#producerRecords.add(labels, records);
    this.#producerBytes.add(labels, bytes);
  }

  /** Topics that do not exist get no series of their own. */
  produceFailed(topic: string | undefined): void {
    if (!this.#isRead) return;
    count(this.#produceRequests, topic, 1);
    count(this.#failedProduceRequests, topic, 1);
  }

  fetched(context: RequestContext, topic: string, bytes: number): void {
    if (!this.#isRead) return;
    count(this.#fetchRequests, topic, 1);
    if (bytes === 0) return;
    count(this.#bytesOut, topic, bytes);
    this.#consumerBytes.add(clientLabels(context, topic), bytes);
  }

  fetchFailed(topic: string | undefined): void {
    if (!this.#isRead) return;
    count(this.#fetchRequests, topic, 1);
    count(this.#failedFetchRequests, topic, 1);
  }
}

function count(counter: TopicCounter, topic: string | undefined, value: number): void {
  counter.add({ topic: ALL_TOPICS }, value);
  if (topic !== undefined) counter.add({ topic }, value);
}

function clientLabels({ clientId, principal, connection }: RequestContext, topic: string) {
  return { client_id: clientId, principal: principalText(principal), host: connection.remote.host, topic };
}
