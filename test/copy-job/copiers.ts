// The programs that copy, as commands to start and to start again.

import { join } from 'node:path';
import type { RestartedProgram } from '../support/restarted-process.ts';
import type { CopierParameters } from './copier.ts';

/**
 * One that is started again asks for the offsets of its group before it ends what its predecessor has left open, and waits that long for them; by
 * default a minute, and as long as the consumer itself waits.
 */
const JAVA_TRANSACTION_TIMEOUT_MS = 10_000;

export interface CopyTask {
  readonly bootstrap: string;
  readonly source: string;
  readonly target: string;
  readonly groupId: string;
  readonly recordsPerTransaction: number;
}

/** Members of one group on our own client. The first one of a classic group is static, and has its partitions again as soon as it is back. */
export function ourCopiers(
  count: number,
  groupProtocol: CopierParameters['groupProtocol'],
  task: CopyTask,
): RestartedProgram[] {
  const { bootstrap: bootstrapServers, source, target, groupId, recordsPerTransaction } = task;
  return Array.from({ length: count }, (_, index) => {
    const name = `${groupId}-${index}`;
    const parameters: CopierParameters = {
      ...{ bootstrapServers, source, target, groupId, groupProtocol, recordsPerTransaction, transactionalId: name },
      ...(index === 0 && groupProtocol === 'classic' && { groupInstanceId: name }),
    };
    const file = join(import.meta.dirname, 'copier.ts');
    return {
      program: process.execPath,
      parameters: ['--disable-warning=ExperimentalWarning', file, JSON.stringify(parameters)],
    };
  });
}

/** Apache Kafka's TransactionalMessageCopier, one for each partition, which gives up every third transaction and ends at the end of its partition. */
export function javaCopiers(count: number, task: CopyTask, classPath: string): RestartedProgram[] {
  const logging = join(import.meta.dirname, '..', 'support', 'kafka-log4j2.xml');
  return Array.from({ length: count }, (_, partition) => ({
    program: 'java',
    parameters: [
      ...['-Xmx128M', '-XX:TieredStopAtLevel=1', `-Dlog4j2.configurationFile=${logging}`, '-cp', classPath],
      'org.apache.kafka.tools.TransactionalMessageCopier',
      `--broker-list=${task.bootstrap}`,
      `--input-topic=${task.source}`,
      `--input-partition=${partition}`,
      `--output-topic=${task.target}`,
      `--consumer-group=${task.groupId}`,
      `--transactional-id=${task.groupId}-${partition}`,
      `--transaction-size=${task.recordsPerTransaction}`,
      `--transaction-timeout=${JAVA_TRANSACTION_TIMEOUT_MS}`,
      '--enable-random-aborts',
      '--use-group-metadata',
    ],
  }));
}
