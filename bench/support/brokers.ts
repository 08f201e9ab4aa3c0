// The two brokers of a comparison, each in a process of its own on free ports, and how to look at them.

import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { encodeRequest, metadata } from '../../src/protocol/index.ts';
import { ApacheKafkaProcess } from '../../test/support/apache-kafka-process.ts';
import { BrokerProcess } from '../../test/support/broker-process.ts';

export interface BenchBroker extends AsyncDisposable {
  readonly name: 'Millrace' | 'Apache Kafka';
  readonly bootstrap: string;
  readonly pid: number;
  startAgain(): Promise<void>;
  stop(): Promise<unknown>;
}

/** Settings are `key=value`, for both alike. */
export async function startMillrace(settings: readonly string[] = []): Promise<BenchBroker> {
  return Object.assign(await BrokerProcess.start(settings), { name: 'Millrace' as const });
}

export async function startApacheKafka(settings: readonly string[] = []): Promise<BenchBroker> {
  return Object.assign(await ApacheKafkaProcess.start(settings), { name: 'Apache Kafka' as const });
}

/** Milliseconds until the broker gives its first answer to a Metadata request, asked again and again from now on. */
export async function timeToFirstAnswer(bootstrap: string, isOver: () => boolean): Promise<number> {
  const start = performance.now();
  while (!isOver()) {
    if (await answersMetadata(bootstrap)) return performance.now() - start;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error(`no answer from ${bootstrap}`);
}

/** Resident memory in bytes. */
export function residentBytes(pid: number): number {
  const match = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(match?.[1] ?? Number.NaN) * 1024;
}

/** What the process has used of the processors so far, in user and kernel mode. */
export function cpuSeconds(pid: number): number {
  // Behind the name, which may have spaces in it: state is field 3 of proc(5), user and system time are 14 and 15, in ticks of 10 ms.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function answersMetadata(bootstrap: string): Promise<boolean> {
  const [host = '', port = ''] = bootstrap.split(':');
  return new Promise((resolve) => {
    const socket = connect(Number(port), host);
    socket.once('connect', () => {
      const request = encodeRequest(metadata, 1, { correlationId: 1, clientId: 'bench' }, { topics: [] });
      socket.write(Buffer.concat(request));
    });
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}
