// `millrace produce`.

import { createReadStream, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { Producer, type ProducerRecord } from '../../client/index.ts';
import { sleep } from '../../platform/index.ts';
import { clientOptions, clientOptionTable, jsonOption } from '../client-options.ts';
import { command } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { readLines } from '../lines.ts';
import { toJson } from '../output/json.ts';
import { type Progress, startProgress } from '../output/progress.ts';
import { type LineFormat, lineReader } from '../record-lines.ts';
import { WriteTally } from '../write-tally.ts';

export const produce = command({
  name: 'produce',
  summary: 'Write records to a topic: each line of standard input, or of a file, is one.',
  positionals: [
    { name: 'TOPIC', doc: 'where to write; created when missing, if the broker is configured so', required: true },
  ],
  options: {
    file: { type: 'text', value: 'PATH', short: 'f', doc: 'read from this file instead of standard input' },
    format: {
      type: 'text',
      value: 'FORM',
      choices: ['lines', 'json'],
      default: 'lines',
      doc: 'a line is the value, or JSON with value, key, headers, partition, timestamp (as consume --json prints)',
    },
    'key-separator': {
      type: 'text',
      value: 'TEXT',
      short: 'K',
      doc: 'what is before it in a line is the key (\\t for a tab)',
    },
    key: { type: 'text', value: 'KEY', short: 'k', doc: 'the key of all records' },
    header: { type: 'text', value: 'NAME=VALUE', short: 'H', doc: 'a header of all records', multiple: true },
    partition: { type: 'number', value: 'N', short: 'p', doc: 'write to this partition', min: 0 },
    'empty-as-null': { type: 'flag', short: 'Z', doc: 'an empty value is null (a tombstone in a compacted topic)' },
    compression: {
      type: 'text',
      value: 'CODEC',
      short: 'z',
      choices: ['none', 'gzip', 'snappy', 'lz4', 'zstd'],
      default: 'none',
      doc: 'of the batches',
    },
    acks: {
      type: 'text',
      value: 'ACKS',
      choices: ['all', '-1', '1', '0'],
      default: 'all',
      doc: 'who must have a record before it counts',
    },
    'batch-size': { type: 'number', value: 'BYTES', doc: 'of a batch before compression', min: 1, default: 65_536 },
    linger: { type: 'number', value: 'MS', doc: 'how long a batch waits for more', min: 0, default: 5 },
    rate: { type: 'number', value: 'N', doc: 'at most so many records a second', min: 0.001, fractions: true },
    ...jsonOption,
    ...clientOptionTable,
  },
  examples: [
    { command: 'echo hello | millrace produce greetings', doc: 'one record' },
    {
      command: "millrace produce users --file users.txt --key-separator '\\t' --compression zstd",
      doc: 'a file of keys and values',
    },
    {
      command: 'millrace consume old --from-beginning --to-end --json | millrace produce new --format json',
      doc: 'copy a topic',
    },
  ],
  async run(context, options, [topic = '']) {
    const readRecord = lineReader({
      topic,
      format: options.format as LineFormat,
      keySeparator: options['key-separator'],
      key: options.key,
      headers: options.header,
      partition: options.partition,
      isEmptyNull: options['empty-as-null'],
    });
    const client = await clientOptions(context, options);
    const acks = options.acks === 'all' || options.acks === '-1' ? 'all' : options.acks === '1' ? 1 : 0;
    const timeoutMs = client.apiTimeoutMs ?? 0;
    await using producer = new Producer({
      ...client,
      acks,
      compression: options.compression as 'none',
      batchSize: options['batch-size'],
      lingerMs: options.linger,
      maxBlockMs: timeoutMs,
      deliveryTimeoutMs: timeoutMs,
    });
    const input = openInput(context, options.file);
    const progress = await startProgress(context, { total: input.sizeInBytes, unit: 'bytes', isQuiet: true });
    const tally = new WriteTally(client.platform.clock);
    try {
      await writeAll(context, { producer, input, readRecord, tally, progress, rate: options.rate });
      await producer.flush();
    } finally {
      progress.stop();
    }
    if (tally.failure) throw tally.failure;
    if (options.json) context.stdout.write(`${toJson({ topic, ...tally.summary() }, 2)}\n`);
    else if (context.stderr.isTTY) context.stderr.write(`${tally.sentence(topic)}\n`);
    context.signal.throwIfAborted();
  },
});

interface Input {
  readonly stream: Readable;
  /** 0 when unknown. */
  readonly sizeInBytes: number;
  readonly name: string;
}

interface Work {
  readonly producer: Producer;
  readonly input: Input;
  readonly readRecord: (line: Buffer) => ProducerRecord;
  readonly tally: WriteTally;
  readonly progress: Progress;
  readonly rate: number | undefined;
}

function openInput(context: CommandContext, file: string | undefined): Input {
  if (file !== undefined && file !== '-') {
    try {
      const { size } = statSync(file);
      return { stream: createReadStream(file, { highWaterMark: 1024 * 1024 }), sizeInBytes: size, name: file };
    } catch (error) {
      throw new Error(`Cannot read ${file}: ${error instanceof Error ? error.message : error}`, { cause: error });
    }
  }
  if (context.stdin.isTTY) context.stderr.write('Type records, one a line. Ctrl-D ends.\n');
  return { stream: context.stdin, sizeInBytes: 0, name: 'standard input' };
}

/** Stops at the first record that fails, at the end of the input, or when asked to. What was sent by then is left to the caller to flush. */
async function writeAll(
  context: CommandContext,
  { producer, input, readRecord, tally, progress, rate }: Work,
): Promise<void> {
  const { clock } = await context.platform();
  const startMs = clock.monotonic();
  const onAbort = () => input.stream.destroy();
  context.signal.addEventListener('abort', onAbort, { once: true });
  let lineNumber = 0;
  let doneBytes = 0;
  try {
    for await (const lines of readLines(input.stream)) {
      for (const line of lines) {
        lineNumber++;
        if (context.signal.aborted || tally.failure) return;
        if (rate !== undefined) {
          const aheadMs = ((lineNumber - 1) / rate) * 1000 - (clock.monotonic() - startMs);
          if (aheadMs > 0) await sleep(clock, aheadMs, context.signal);
        }
        tally.follow(producer.send(parse(readRecord, line, input, lineNumber)), line.length);
        if (producer.isFull) await producer.ready(context.signal);
        doneBytes += line.length + 1;
      }
      progress.update(doneBytes);
    }
  } catch (error) {
    // Asked to stop: destroying the input is how, and what was read is still written.
    if (!context.signal.aborted) throw error;
  } finally {
    context.signal.removeEventListener('abort', onAbort);
  }
}

function parse(
  readRecord: (line: Buffer) => ProducerRecord,
  line: Buffer,
  input: Input,
  lineNumber: number,
): ProducerRecord {
  try {
    return readRecord(line);
  } catch (error) {
    throw new Error(
      `Cannot write line ${lineNumber} of ${input.name}: ${error instanceof Error ? error.message : error}`,
      { cause: error },
    );
  }
}
