// Our client against Millrace in memory, Millrace in a process of its own, and Apache Kafka, new and older: the same tests on each.

import { clientConformance } from '../../src/client/conformance-suite.ts';
import { startKafka } from '../../src/testing/index.ts';
import { ApacheKafkaProcess } from '../support/apache-kafka-process.ts';
import { BrokerProcess } from '../support/broker-process.ts';
import { KAFKA_VERSION, OLDER_KAFKA_VERSION } from '../support/programs.ts';

const SETTINGS = {
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'allow.everyone.if.no.acl.found': 'true',
  'super.users': 'User:ANONYMOUS',
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': '500',
};
const OVERRIDES = Object.entries(SETTINGS).map(([name, value]) => `${name}=${value}`);

clientConformance('Millrace in memory', {
  start: () => startKafka({ network: 'memory', settings: SETTINGS }),
  hasShareGroups: true,
});
clientConformance('Millrace over TCP', {
  start: async () => overTcp(await BrokerProcess.start(OVERRIDES)),
  hasShareGroups: true,
});
clientConformance(`Apache Kafka ${KAFKA_VERSION}`, {
  start: async () => overTcp(await ApacheKafkaProcess.start(OVERRIDES)),
  hasShareGroups: true,
});
clientConformance(`Apache Kafka ${OLDER_KAFKA_VERSION}`, {
  // The consumer protocol is a preview there.
  start: async () => {
    const overrides = [...OVERRIDES, 'group.coordinator.rebalance.protocols=classic,consumer'];
    return overTcp(await ApacheKafkaProcess.start(overrides, { version: OLDER_KAFKA_VERSION }));
  },
  hasShareGroups: false,
});

function overTcp(broker: AsyncDisposable & { readonly bootstrap: string }) {
  return {
    clientOptions: { bootstrapServers: broker.bootstrap },
    [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose](),
  };
}
