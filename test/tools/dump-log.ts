// Lets Apache Kafka's kafka-dump-log read every file of a stopped broker: batches, records and indexes.

import { globSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { type Outcome, runTools, type Step } from './run-tools.ts';

/** What kafka-dump-log prints where it finds something wrong. */
const COMPLAINT = /Exception|mismatch|Found|corrupt|isvalid: false|invalid|is followed by|out of order|not found/i;
/** It takes -1 for the offset before the first record of any segment, and complains about each segment but the first. */
const NO_GAP = /^\s+-1 is followed by \d+$/;

const DECODERS = [
  { topic: '__consumer_offsets', option: '--offsets-decoder' },
  { topic: '__cluster_metadata', option: '--cluster-metadata-decoder' },
  { topic: '__transaction_state', option: '--transaction-log-decoder' },
  { topic: '__share_group_state', option: '--share-group-state-decoder' },
];

export interface Dump {
  readonly file: string;
  readonly output: string;
}

/** Dumps all segments and indexes below a log directory. */
export async function dumpLogs(classPath: string, logDirectory: string): Promise<Dump[]> {
  const files = globSync(`${logDirectory}/*/*.{log,index,timeindex}`).toSorted();
  const steps = files.flatMap((file) => stepsOf(file).map((step) => ({ ...step, file })));
  const outcomes = await runTools(classPath, steps);
  return outcomes.map(({ output, code }: Outcome, index) => {
    const file = steps[index]?.file ?? '';
    return {
      file: `${basename(dirname(file))}/${basename(file)}`,
      output: code === 0 ? output : `${output}\nException: exit code ${code}`,
    };
  });
}

/** The lines of the dumps that complain. */
export function complaintsIn(dumps: readonly Dump[]): string[] {
  return dumps.flatMap(({ file, output }) =>
    output.split('\n').flatMap((line) => (COMPLAINT.test(line) && !NO_GAP.test(line) ? `${file}: ${line}` : [])),
  );
}

function stepsOf(file: string): Step[] {
  const options = ['--index-sanity-check', '--verify-index-only'];
  if (file.endsWith('index')) return options.map((option) => ({ command: `kafka-dump-log ${option} --files ${file}` }));
  const decoder = DECODERS.find(({ topic }) => file.includes(`/${topic}-`))?.option ?? '';
  return [{ command: `kafka-dump-log --deep-iteration ${decoder} --files ${file}` }];
}
