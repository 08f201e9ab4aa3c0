// `millrace log dump`.

import { jsonOption } from '../client-options.ts';
import { command } from '../command.ts';
import type { DecoderName, DumpOptions } from '../log-dump/dump-entry.ts';
import { dumpFile } from '../log-dump/dump-file.ts';
import { findFiles } from '../log-dump/find-files.ts';
import { entryJson, entryLine } from '../log-dump/print-entry.ts';
import { startProgress } from '../output/progress.ts';
import { styler } from '../output/style.ts';
import { writeOut } from '../output/write-out.ts';
import { UsageError } from '../usage-error.ts';

export const logDump = command({
  name: 'dump',
  summary: "Show what is in a log's files, and check it. Works on the files of Apache Kafka too, and changes nothing.",
  details: [
    'A PATH is a file, the directory of a partition, or a directory of partitions with the journal of them all.',
    'Checksums of batches are verified, offset indexes are held against their segment. Damage makes the exit code 1.',
  ].join('\n'),
  positionals: [{ name: 'PATH', doc: 'what to read', required: true, multiple: true }],
  options: {
    records: { type: 'flag', short: 'r', doc: 'with the records of the batches' },
    decode: {
      type: 'text',
      value: 'DECODER',
      short: 'd',
      choices: ['auto', 'none', 'offsets', 'transactions', 'share', 'metadata'],
      default: 'auto',
      doc: 'how to read the records of internal topics; auto goes by the name of the directory',
    },
    check: { type: 'flag', doc: 'show only what is damaged, and a line at the end' },
    'from-offset': { type: 'text', value: 'N', doc: 'leave out batches before this offset' },
    'max-batches': { type: 'number', value: 'N', doc: 'at most so many batches of each file', min: 1 },
    ...jsonOption,
  },
  examples: [
    { command: 'millrace log dump data/orders-0', doc: 'segments, indexes and checkpoints of a partition' },
    {
      command: 'millrace log dump data/__consumer_offsets-12/00000000000000000000.log --records',
      doc: 'what groups have committed',
    },
    { command: 'millrace log dump data --check', doc: 'is everything whole?' },
  ],
  async run(context, options, paths) {
    const fromOffset = options['from-offset'] ?? '0';
    if (!/^\d+$/.test(fromOffset)) throw new UsageError(`--from-offset cannot be ${fromOffset}: it is a whole number`);
    const dumpOptions: DumpOptions = {
      // Asking for a decoder by name is asking for records.
      withRecords: options.records || !['auto', 'none'].includes(options.decode),
      decoder: options.decode as DecoderName,
      fromOffset: BigInt(fromOffset),
      maxBatches: options['max-batches'] ?? Number.POSITIVE_INFINITY,
    };
    const { disk } = await context.platform();
    const files = await findFiles(disk, paths);
    const style = styler(context.stdout);
    const total = files.reduce((sum, { sizeInBytes }) => sum + sizeInBytes, 0);
    const progress = await startProgress(context, { total, unit: 'bytes', isQuiet: options.check });
    const output = new LineBuffer((chunk) => writeOut(context, [chunk]));
    let doneBytes = 0;
    let batches = 0;
    let damages = 0;
    try {
      for (const file of files) {
        let heading: string | undefined;
        for await (const entry of dumpFile(disk, file, dumpOptions)) {
          context.signal.throwIfAborted();
          if (entry.kind === 'damage') damages++;
          if (entry.kind === 'batch') {
            batches++;
            progress.update(doneBytes + entry.position);
          }
          if (options.json) {
            if (!options.check || entry.kind === 'damage') await output.add(entryJson(entry, file.path));
          } else if (options.check && entry.kind === 'file') {
            heading = entryLine(entry, style);
          } else if (!options.check || entry.kind === 'damage') {
            if (heading !== undefined) await output.add(heading);
            heading = undefined;
            await output.add(entryLine(entry, style));
          }
        }
        doneBytes += file.sizeInBytes;
        progress.update(doneBytes);
      }
      await output.flush();
    } finally {
      progress.stop();
    }
    const checked = `${files.length} ${files.length === 1 ? 'file' : 'files'} with ${batches} ${batches === 1 ? 'batch' : 'batches'}`;
    if (damages > 0) throw new Error(`${damages} ${damages === 1 ? 'place is' : 'places are'} damaged in ${checked}`);
    if (options.check && !options.json) context.stdout.write(`${checked}: nothing is damaged\n`);
  },
});

const FLUSH_CHARACTERS = 64 * 1024;

/** Gathers lines: a write for each would take longer than reading the file. */
class LineBuffer {
  readonly #write: (chunk: Buffer) => Promise<void>;
  #text = '';

  constructor(write: (chunk: Buffer) => Promise<void>) {
    this.#write = write;
  }

  async add(line: string): Promise<void> {
    this.#text += `${line}\n`;
    if (this.#text.length >= FLUSH_CHARACTERS) await this.flush();
  }

  async flush(): Promise<void> {
    const text = this.#text;
    this.#text = '';
    if (text !== '') await this.#write(Buffer.from(text));
  }
}
