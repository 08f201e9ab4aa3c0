// `millrace log verify`.

import { jsonOption } from '../client-options.ts';
import { command } from '../command.ts';
import { findPartitions } from '../log-verify/find-partitions.ts';
import { counted, problemLines, verifiedJson } from '../log-verify/print-report.ts';
import { PartitionVerifier } from '../log-verify/verify-partition.ts';
import { toJson } from '../output/json.ts';

export const logVerify = command({
  name: 'verify',
  summary: 'Check the data directory of a stopped broker: batches, indexes, snapshots, checkpoints. Changes nothing.',
  details: [
    'A PATH is a log directory or the directory of one partition, of Millrace or of Apache Kafka. The exit code is 1 when anything is wrong:',
    'damaged: bytes are not what was written, and good batches follow; a start refuses the partition. See `log repair`.',
    'torn: the log ends in the middle of a batch, as a crash leaves it; the next start cuts that off.',
    'derived: a file is wrong that is made of the batches; `log repair` makes it anew.',
    'missing: the journal goes on behind records that are gone; a start refuses the partition. `log repair` gives them up, and no others.',
  ].join('\n'),
  positionals: [{ name: 'PATH', doc: 'what to check', required: true, multiple: true }],
  options: { ...jsonOption },
  examples: [{ command: 'millrace log verify data', doc: 'all partitions of a broker' }],
  async run(context, options, paths) {
    const { disk } = await context.platform();
    const partitions = await findPartitions(disk, paths);
    const reports: ReturnType<typeof verifiedJson>[] = [];
    let problems = 0;
    let batches = 0;
    const verifier = new PartitionVerifier(disk);
    for (const files of partitions) {
      context.signal.throwIfAborted();
      const verified = await verifier.verify(files);
      problems += verified.problems.length;
      batches += verified.batches;
      if (options.json) reports.push(verifiedJson(files.directory, verified));
      else context.stdout.write(problemLines(verified));
    }
    if (options.json) context.stdout.write(`${toJson(reports, 2)}\n`);
    const checked = `${counted(partitions.length, 'partition')} with ${batches} batches`;
    if (problems > 0) throw new Error(`${counted(problems, 'problem')} in ${checked}`);
    if (!options.json) context.stdout.write(`${checked}: nothing is wrong\n`);
  },
});
