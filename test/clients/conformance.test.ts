// Our client against Millrace in memory, Millrace in a process of its own, and Apache Kafka: the same tests on each.

import { clientConformance } from '../../src/client/conformance-suite.ts';
import { startKafka } from '../../src/testing/index.ts';
import { ApacheKafkaProcess } from '../support/apache-kafka-process.ts';
import { BrokerProcess } from '../support/broker-process.ts';
import { KAFKA_VERSION } from '../support/programs.ts';

clientConformance('Millrace in memory', { start: () => startKafka({ network: 'memory' }) });
clientConformance('Millrace over TCP', { start: async () => overTcp(await BrokerProcess.start()) });
clientConformance(`Apache Kafka ${KAFKA_VERSION}`, { start: async () => overTcp(await ApacheKafkaProcess.start()) });

function overTcp(broker: AsyncDisposable & { readonly bootstrap: string }) {
  return {
    clientOptions: { bootstrapServers: broker.bootstrap },
    [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose](),
  };
}
