// Produces lines with kcat while the broker dies and comes back in the middle.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TestBroker } from '../support/test-broker.ts';
import type { ClusterView } from './cluster-view.ts';

export const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
export type Codec = (typeof CODECS)[number];

/** How many lines are written to kcat at a time. */
const PIECE = 1000;

export interface Production {
  /** Records that the log had just before the crash. */
  readonly beforeCrash: number;
  readonly seconds: number;
}

/**
 * Sends each line as a record, idempotently and with acks=all. The broker is killed when it has some of the first half and kcat is being
 * fed the second.
 */
export async function produceThroughCrash(
  kcat: string,
  broker: TestBroker,
  view: ClusterView,
  topic: string,
  codec: Codec,
  lines: readonly string[],
): Promise<Production> {
  const start = performance.now();
  const child = spawn(kcat, kcatArguments(broker.bootstrap, topic, codec), { stdio: ['pipe', 'ignore', 'pipe'] });
  const exited = once(child, 'exit');
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  child.stdin.on('error', (error) => {
    complaints += `cannot be fed: ${error.message}`;
  });
  try {
    const half = lines.length / 2;
    await feed(child.stdin, lines.slice(0, half));
    let beforeCrash = 0;
    while (beforeCrash === 0) beforeCrash = await view.countRecords(topic);
    const rest = lines.slice(half);
    const isBack = feed(child.stdin, rest.slice(0, PIECE)).then(async () => {
      await broker.kill();
      await broker.startAgain();
    });
    await feed(child.stdin, rest.slice(PIECE));
    child.stdin.end();
    await isBack;
    const [code] = await exited;
    if (code !== 0) throw new Error(`kcat ended with ${code}:\n${complaints}`);
    return { beforeCrash, seconds: (performance.now() - start) / 1000 };
  } finally {
    child.kill('SIGKILL');
  }
}

function kcatArguments(bootstrap: string, topic: string, codec: Codec): string[] {
  const properties = [
    'enable.idempotence=true',
    'acks=all',
    `compression.codec=${codec}`,
    'message.timeout.ms=120000',
    // Many small batches, so that the crash finds some of them on the way.
    'batch.num.messages=1000',
    'reconnect.backoff.max.ms=500',
  ];
  // -E: goes on when the broker is away.
  return ['-P', '-E', '-b', bootstrap, '-t', topic, ...properties.flatMap((property) => ['-X', property])];
}

async function feed(input: NodeJS.WritableStream, lines: readonly string[]): Promise<void> {
  for (let index = 0; index < lines.length; index += PIECE) {
    const text = lines.slice(index, index + PIECE).join('\n');
    if (!input.write(`${text}\n`)) await Promise.race([once(input, 'drain'), once(input, 'close')]);
    await nextTurn();
  }
}
