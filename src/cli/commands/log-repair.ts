// `millrace log repair`.

import { type RepairedLog, readPartitionMetadata, repairLog, type VerifiedLog } from '../../log/index.ts';
import type { Disk, DiskLock, Platform } from '../../platform/index.ts';
import { silentLogger } from '../../telemetry/index.ts';
import { jsonOption } from '../client-options.ts';
import { command } from '../command.ts';
import { findPartitions, isMetadata, type PartitionFiles } from '../log-verify/find-partitions.ts';
import { logStartOffsetOf, takeFromJournal } from '../log-verify/journal-gap.ts';
import { counted, problemLines, verifiedJson } from '../log-verify/print-report.ts';
import { PartitionVerifier } from '../log-verify/verify-partition.ts';
import { toJson } from '../output/json.ts';

const LOCK_FILE = '.lock';

export const logRepair = command({
  name: 'repair',
  summary: 'Make partitions usable again that `log verify` finds something wrong with. The broker must be stopped.',
  details: [
    'Without --yes it only says what it would do. A damaged batch is taken out, which loses its records and no others; the segment as it was',
    'is kept beside, as NAME.log.damaged. A torn end is cut off. What the journal has behind missing records is put behind the segments. Indexes,',
    'snapshots and leader epochs are made anew of the batches.',
  ].join('\n'),
  positionals: [
    { name: 'PATH', doc: 'a log directory, or the directory of one partition', required: true, multiple: true },
  ],
  options: { yes: { type: 'flag', short: 'y', doc: 'do it' }, ...jsonOption },
  examples: [
    { command: 'millrace log repair data', doc: 'what would be done' },
    { command: 'millrace log repair data/orders-0 --yes', doc: 'do it for one partition' },
  ],
  async run(context, options, paths) {
    const platform = await context.platform();
    const { disk } = platform;
    const partitions = await findPartitions(disk, paths);
    const locks = await lockAll(disk, new Set(partitions.map(({ logDirectory }) => logDirectory)));
    const verifier = new PartitionVerifier(disk);
    const reports: object[] = [];
    let left = 0;
    let repaired = 0;
    try {
      for (const files of partitions) {
        context.signal.throwIfAborted();
        const verified = await verifier.verify(files);
        const { problems } = verified;
        if (problems.length === 0) continue;
        if (!options.json) context.stdout.write(problemLines(verified));
        let originals: readonly string[] = [];
        let after: VerifiedLog = verified;
        if (options.yes) {
          ({ originals } = await repairPartition(platform, files, verified, verifier));
          after = await verifier.verify(files);
          repaired++;
          if (!options.json) {
            const kept = originals.length > 0 ? `; as it was: ${originals.join(', ')}` : '';
            context.stdout.write(`repaired ${files.directory}, which ends at offset ${after.logEndOffset}${kept}\n`);
          }
        }
        left += after.problems.length;
        reports.push({ ...verifiedJson(files.directory, verified), left: after.problems.length, originals });
      }
    } finally {
      for (const lock of locks) await lock.release();
    }
    if (options.json) context.stdout.write(`${toJson(reports, 2)}\n`);
    if (left > 0) throw new Error(`${counted(left, 'problem')} left${options.yes ? '' : ': --yes repairs them'}`);
    if (!options.json) context.stdout.write(`${counted(repaired, 'partition')} repaired\n`);
  },
});

async function repairPartition(
  { disk, clock, random }: Platform,
  files: PartitionFiles,
  { problems }: VerifiedLog,
  verifier: PartitionVerifier,
): Promise<RepairedLog> {
  const topicId = await topicIdOf(disk, files);
  const { topic, partition, directory } = files;
  const place = { directory, topic, partition, topicId, logStartOffset: await logStartOffsetOf(disk, files) };
  const options = { disk, clock, random, logger: silentLogger, ...place };
  const repaired = await repairLog({ ...options, problems });
  // Also where the gap is only there since a damaged end was cut off.
  const { problems: left } = await verifier.verify(files);
  if (!left.some(({ kind }) => kind === 'missing')) return repaired;
  const { logEndOffset } = repaired;
  await takeFromJournal(disk, files, await verifier.journalOf(files), { topicId, logEndOffset });
  return { ...(await repairLog({ ...options, problems: [] })), originals: repaired.originals };
}

async function lockAll(disk: Disk, directories: ReadonlySet<string>): Promise<DiskLock[]> {
  const locks: DiskLock[] = [];
  try {
    for (const directory of directories) locks.push(await disk.lock(directory, LOCK_FILE));
  } catch (error) {
    for (const lock of locks) await lock.release();
    throw error;
  }
  return locks;
}

async function topicIdOf(disk: Disk, files: PartitionFiles): Promise<string> {
  if (isMetadata(files)) {
    throw new Error(
      `Cannot repair ${files.directory}: it holds the cluster's metadata, which a start repairs or refuses`,
    );
  }
  const topicId = await readPartitionMetadata(disk, files.directory);
  if (topicId === undefined) {
    throw new Error(`Cannot repair ${files.directory}: its partition.metadata does not say which topic it belongs to`);
  }
  return topicId;
}
