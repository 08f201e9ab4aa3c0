// A broker in a process of its own for tests that run against Millrace and, to know that the test itself is right, against Apache Kafka:
// `MILLRACE_TEST_BROKER=apache` chooses the latter.

import { ApacheKafkaProcess } from './apache-kafka-process.ts';
import { BrokerProcess } from './broker-process.ts';

export interface TestBroker extends AsyncDisposable {
  /** `host:port` */
  readonly bootstrap: string;
  /** The folder that holds its data, as `data/`. */
  readonly directory: string;
  /** Everything that it printed. */
  readonly output: string;
  readonly isRunning: boolean;
  kill(): Promise<void>;
  startAgain(): Promise<void>;
  stop(): Promise<number | null>;
}

export interface TestBrokerOptions {
  /** For clients, beside the plain one: `SASL_SSL://127.0.0.1:20000`. */
  readonly listeners?: readonly string[];
  /** Names of the folders for its data. Default: `data`. */
  readonly dataFolders?: readonly string[] | undefined;
}

export const isApacheKafka = process.env.MILLRACE_TEST_BROKER === 'apache';

/** Starts the chosen broker with empty data; settings as `key=value`. */
export function startTestBroker(
  overrides: readonly string[] = [],
  options: TestBrokerOptions = {},
): Promise<TestBroker> {
  return isApacheKafka ? ApacheKafkaProcess.start(overrides, options) : BrokerProcess.start(overrides, options);
}
