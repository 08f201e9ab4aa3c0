// What a session is: a list of commands that are run on Millrace and, when their expected output is recorded, on Apache Kafka.

import type { Step } from './run-tools.ts';

export interface Session {
  /** Of its file in `expected/`. */
  readonly name: string;
  /** Of the broker, beside `COMMON_SETTINGS`. */
  readonly settings: readonly string[];
  /** Folders of the broker's data. Default: one. */
  readonly dataFolders?: readonly string[];
  /** Protocol of a second listener, whose address is the input's `secured`. */
  readonly securedProtocol?: 'SASL_PLAINTEXT';
  /** Files that commands of the session read, by their names in the folder. */
  readonly files: Readonly<Record<string, string>>;
  readonly steps: (input: SessionInput) => Step[];
}

export interface SessionInput {
  readonly bootstrap: string;
  /** The address of the second listener; the same as `bootstrap` where there is none. */
  readonly secured: string;
  /** A folder for the files that commands name. */
  readonly folder: string;
}

/** Settings that both brokers run every session with. */
export const COMMON_SETTINGS: readonly string[] = [
  'node.id=1',
  'group.initial.rebalance.delay.ms=0',
  'offsets.topic.num.partitions=4',
  'offsets.topic.replication.factor=1',
  'transaction.state.log.replication.factor=1',
  'transaction.state.log.min.isr=1',
  'share.coordinator.state.topic.replication.factor=1',
  'share.coordinator.state.topic.min.isr=1',
];

/** Makes steps of commands that are to be told where the broker is. */
export function stepsAt(bootstrap: string): (command: string, input?: readonly string[]) => Step {
  return (command, input = []) => {
    const [tool = '', ...rest] = command.split(' ');
    return { command: [tool, `--bootstrap-server ${bootstrap}`, ...rest].join(' '), input };
  };
}
