// The broker's own settings: listeners, connections, requests, fetching, creation of topics.

import { boolean, type ConfigValues, int, list, long, string } from '../config/index.ts';
import { admissionConfigTable } from './network/admission-limits.ts';

export const brokerConfigTable = {
  'node.id': int({ default: null, min: 0, doc: 'The id of this node in its cluster.' }),
  'broker.rack': string({
    default: null,
    doc: 'Where this broker stands; told to clients, which may prefer replicas near them.',
  }),
  listeners: list({
    default: 'PLAINTEXT://127.0.0.1:9092',
    doc: 'Where the broker listens, as NAME://host:port. Port 0 takes a free port.',
  }),
  'advertised.listeners': list({
    default: null,
    doc: 'The addresses that clients are told, per listener name. Without it they are told those of listeners.',
  }),
  'listener.security.protocol.map': string({
    default: 'SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT',
    doc: 'The security protocol of each listener name.',
  }),
  'controller.listener.names': list({
    default: null,
    doc: 'Listeners for controllers. They are not opened: the process is its own controller.',
  }),
  'authorizer.class.name': string({
    default: '',
    doc: 'org.apache.kafka.metadata.authorizer.StandardAuthorizer turns rules of access on; without it everything is allowed.',
  }),
  'auto.create.topics.enable': boolean({
    default: 'true',
    doc: 'Creates a topic when a client that allows it first asks for its metadata.',
  }),
  'socket.request.max.bytes': int({
    default: '104857600',
    min: 1,
    doc: 'The largest request in bytes. A connection that announces a larger one is closed.',
  }),
  'socket.listen.backlog.size': int({
    default: '50',
    min: 1,
    doc: 'Connections of a listener that may wait to be accepted. Further ones are closed.',
  }),
  'connections.max.idle.ms': long({
    default: '600000',
    doc: 'Milliseconds without a request after which a connection is closed.',
  }),
  'socket.request.receive.timeout.ms': int({
    default: '30000',
    min: 1,
    doc: 'Milliseconds in which a request that has begun to arrive must be there, and one more for each 16 bytes of it that are; and the longest pause in it. Then its connection is closed.',
  }),
  ...admissionConfigTable,
  'queued.max.requests': int({
    default: '500',
    min: 1,
    doc: 'Requests that may wait behind others of their connection. Then reading stops where one waits.',
  }),
  'queued.max.request.bytes': long({
    default: '-1',
    doc: 'Memory in bytes for requests, from their first byte to their answer, and for answers, until clients have taken them. Then reading stops. -1 for 512 MiB.',
  }),
  'inter.broker.listener.name': string({
    default: null,
    doc: 'A listener that max.connections and max.connection.creation.rate of the broker do not hold back. Without it, the one named PLAINTEXT.',
  }),
  'telemetry.max.bytes': int({
    default: '1048576',
    min: 1,
    doc: 'The most bytes of metrics that a client may push at once, compressed and inflated (KIP-714).',
  }),
  'quota.window.num': int({
    default: '11',
    min: 1,
    doc: 'Windows of time over which the rates of clients are measured for their quotas.',
  }),
  'quota.window.size.seconds': int({ default: '1', min: 1, doc: 'The length of each of these windows, in seconds.' }),
  'controller.quota.window.num': int({
    default: '11',
    min: 1,
    doc: 'Windows of time for which the creation and deletion of partitions may run ahead of its quota.',
  }),
  'controller.quota.window.size.seconds': int({
    default: '1',
    min: 1,
    doc: 'The length of each of these windows, in seconds.',
  }),
  'fetch.max.bytes': int({
    default: '57671680',
    min: 1024,
    doc: 'The most bytes of records that one fetch is answered with.',
  }),
  'max.incremental.fetch.session.cache.slots': int({
    default: '1000',
    min: 0,
    doc: 'Incremental fetch sessions that are kept (KIP-227).',
  }),
  'max.request.partition.size.limit': int({
    default: '2000',
    min: 1,
    doc: 'Partitions in one answer of DescribeTopicPartitions.',
  }),
} as const;

/** Where `node.id` is not set. */
export const DEFAULT_NODE_ID = 1;

export type BrokerConfig = ConfigValues<typeof brokerConfigTable>;
