// The .kafka_cleanshutdown file: everything in a log directory was synced before the broker stopped, so that its next start need not check it.

import { type Disk, errorCode, writeFileAtomically } from '../platform/index.ts';

const FILE = '.kafka_cleanshutdown';

export interface CleanShutdown {
  /** -1 when the file does not tell, as before Apache Kafka 3.7. */
  readonly brokerEpoch: bigint;
}

/** Written last, when every log of the directory is closed. */
export function writeCleanShutdown(disk: Disk, logDirectory: string, brokerEpoch: bigint): Promise<void> {
  return writeFileAtomically(
    disk,
    `${logDirectory}/${FILE}`,
    Buffer.from(`{"version":0,"brokerEpoch":${brokerEpoch}}`),
  );
}

/** Undefined when the last stop was not clean. */
export async function readCleanShutdown(disk: Disk, logDirectory: string): Promise<CleanShutdown | undefined> {
  try {
    const text = (await disk.readFile(`${logDirectory}/${FILE}`)).toString('utf8');
    const [, brokerEpoch] = /"brokerEpoch"\s*:\s*(-?\d+)/.exec(text) ?? [];
    return { brokerEpoch: BigInt(brokerEpoch ?? -1) };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** To be done before anything is written: a crash from now on is a crash. */
export async function removeCleanShutdown(disk: Disk, logDirectory: string): Promise<void> {
  await disk.remove(`${logDirectory}/${FILE}`);
  await disk.syncDirectory(logDirectory);
}
