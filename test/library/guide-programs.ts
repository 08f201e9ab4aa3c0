// Each piece of code in the guides as a program, and what becomes of it for a reader who runs it against a broker.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ROOT } from '../../scripts/run-command.ts';
import { Admin, type RecordToSend } from '../../src/client/index.ts';
import { createTestAuthority } from '../../src/platform/index.ts';
import { type StartKafkaOptions, startKafka } from '../../src/testing/index.ts';

const GUIDES = ['docs/client.md', 'docs/from-kafkajs.md'];
const LIMIT_MS = 60_000;
/** Addresses that the guides name, in whose place comes that of the broker. */
const ADDRESSES = /127\.0\.0\.1:9092|broker\.example:9093/g;

export interface GuideProgram {
  /** The guide, the heading above the piece, and which one below that heading it is: `client: Topics with types 2`. */
  readonly name: string;
  readonly code: string;
}

export interface GuideRun {
  /** Part of what it prints. */
  readonly prints?: string;
  /** Sent again and again until it has printed that. */
  readonly feed?: RecordToSend;
  /** A topic in which a record appears. */
  readonly writesTo?: string;
  /** Code that is added at the end, where the piece does nothing by itself. */
  readonly addition?: string;
  /** It goes on until SIGTERM; `gracefully`: it ends with code 0 then. */
  readonly ends?: 'by signal' | 'gracefully';
  /** Run by node:test. */
  readonly isTest?: true;
  /** The broker asks for TLS and for alice's password, and its authority stands in the folder. */
  readonly isSecured?: true;
}

export function guidePrograms(): GuideProgram[] {
  return GUIDES.flatMap((guide) => {
    const counts = new Map<string, number>();
    const sections = readFileSync(join(ROOT, guide), 'utf8').split(/^#+ /m);
    return sections.flatMap((section) => {
      const heading = `${basename(guide, '.md')}: ${section.split('\n')[0]}`;
      return [...section.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => {
        const count = (counts.get(heading) ?? 0) + 1;
        counts.set(heading, count);
        return { name: count === 1 ? heading : `${heading} ${count}`, code };
      });
    });
  });
}

/** Runs the program in the folder, where the package is installed. Rejects with what it printed when it does not do what it should. */
export async function runGuideProgram({ name, code }: GuideProgram, run: GuideRun, folder: string): Promise<void> {
  const secured = run.isSecured && secureSettings(folder);
  await using kafka = await startKafka(secured?.options);
  await secured?.makeAlice(kafka.bootstrapServers);
  const file = `run-${name.replaceAll(/\W+/g, '-')}.ts`;
  writeFileSync(join(folder, file), `${code}${run.addition ?? ''}`.replaceAll(ADDRESSES, kafka.bootstrapServers));
  await using program = new RunningProgram(folder, run.isTest ? ['--test', file] : [file]);
  const isDone = async () => {
    if (run.writesTo !== undefined) return (await kafka.records(run.writesTo).catch(() => [])).length > 0;
    return run.prints === undefined || program.output.includes(run.prints);
  };
  const end = performance.now() + LIMIT_MS;
  while (!(await isDone()) && program.isRunning && performance.now() < end) {
    if (run.feed !== undefined) await kafka.send(run.feed);
    await delay(100);
  }
  if (run.ends !== undefined) program.terminate();
  const exitCode = await program.exitCode();
  const expected = run.ends === 'by signal' ? null : 0;
  if (exitCode !== expected || !(await isDone()))
    throw new Error(`${name} ended with ${exitCode} instead of ${expected}, having printed:\n${program.output}`);
}

function secureSettings(folder: string) {
  const authority = createTestAuthority('Test CA');
  const { key, certificateChain } = authority.issue({ subject: [['CN', 'broker']], hosts: ['127.0.0.1'] });
  writeFileSync(join(folder, 'authority.pem'), authority.certificate);
  const plain = 'org.apache.kafka.common.security.plain.PlainLoginModule required user_admin="admin-secret";';
  const options: StartKafkaOptions = {
    settings: {
      'listener.security.protocol.map': 'PLAINTEXT:SASL_SSL',
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.key': key,
      'ssl.keystore.certificate.chain': certificateChain,
      'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-512',
      'listener.name.plaintext.plain.sasl.jaas.config': plain,
      'listener.name.plaintext.scram-sha-512.sasl.jaas.config':
        'org.apache.kafka.common.security.scram.ScramLoginModule required;',
    },
  };
  const makeAlice = async (bootstrapServers: string) => {
    const sasl = { mechanism: 'PLAIN', username: 'admin', password: 'admin-secret' } as const;
    const security = { tls: { trusted: [authority.certificate] }, sasl };
    await using admin = new Admin({ bootstrapServers, security });
    await admin.alterScramUsers([{ user: 'alice', mechanism: 'SCRAM-SHA-512', password: 'alice-secret' }]);
  };
  return { options, makeAlice };
}

class RunningProgram implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  output = '';

  constructor(cwd: string, parameters: readonly string[]) {
    this.#child = spawn(process.execPath, parameters, {
      cwd,
      env: { ...process.env, PASSWORD: 'alice-secret', NODE_TEST_CONTEXT: undefined },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#closed = once(this.#child, 'close');
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  terminate(): void {
    this.#child.kill('SIGTERM');
  }

  /** Null when a signal ended it, which SIGKILL does in the end. */
  async exitCode(): Promise<number | null> {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), LIMIT_MS);
    await this.#closed;
    clearTimeout(timer);
    return this.#child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.isRunning) this.#child.kill('SIGKILL');
    await this.#closed;
  }
}
