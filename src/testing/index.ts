// The door of the testing module: a broker for other people's tests.

export { type FoundRecord, type StartKafkaOptions, startKafka, type TestKafka } from './start-kafka.ts';
