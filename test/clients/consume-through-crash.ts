// Reads a topic with a group of other people's consumers while the broker dies and comes back in the middle.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { TestBroker } from '../support/test-broker.ts';
import type { Consumer } from './consumers.ts';
import { Consumption } from './consumption.ts';

const TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 20_000;

export interface Reading {
  readonly consumption: Consumption;
  /** Distinct records that had been read when the broker was killed. */
  readonly beforeCrash: number;
  /** Records that each member read. */
  readonly readByMember: readonly number[];
  readonly seconds: number;
}

/** Kills the broker when a quarter of `expected` records has been read; resolves when all have, and the members have left the group. */
export async function consumeThroughCrash(
  consumer: Consumer,
  broker: TestBroker,
  topic: string,
  groupId: string,
  expected: number,
): Promise<Reading> {
  const start = performance.now();
  const consumption = new Consumption();
  const readByMember = new Array<number>(consumer.members).fill(0);
  const { program, parameters } = consumer.command(broker.bootstrap, topic, groupId);
  const members: ChildProcess[] = [];
  let complaints = '';
  let beforeCrash = 0;
  const { promise: isComplete, resolve, reject } = Promise.withResolvers<void>();
  const fail = (reason: string) => {
    const said = `${complaints}\nThe broker said:\n${broker.output.slice(-3000)}`;
    reject(new Error(`${consumer.name} read ${consumption.distinct} of ${expected} records: ${reason}\n${said}`));
  };
  const limit = setTimeout(() => fail(`no more within ${TIMEOUT_MS / 1000} s`), TIMEOUT_MS);
  const restart = async () => {
    await broker.kill();
    await broker.startAgain();
  };
  let isBack: Promise<void> = Promise.resolve();
  try {
    for (let index = 0; index < consumer.members; index++) {
      const member = spawn(program, parameters, { stdio: ['ignore', 'pipe', 'pipe'] });
      members.push(member);
      member.stderr.setEncoding('utf8').on('data', (text: string) => {
        complaints = (complaints + text).slice(-4000);
      });
      member.once('error', reject);
      member.once('exit', (code, signal) => fail(`a member ended (${code ?? signal})`));
      createInterface(member.stdout).on('line', (line) => {
        try {
          consumption.take(line);
        } catch (error) {
          reject(error);
        }
        readByMember[index] = (readByMember[index] ?? 0) + 1;
        if (beforeCrash === 0 && consumption.distinct >= expected / 4) {
          beforeCrash = consumption.distinct;
          isBack = restart();
          isBack.catch(reject);
        }
        if (consumption.distinct === expected) resolve();
      });
    }
    await isComplete;
    await isBack;
    await Promise.all(members.map(leave));
    return { consumption, beforeCrash, readByMember, seconds: (performance.now() - start) / 1000 };
  } finally {
    clearTimeout(limit);
    for (const member of members) member.kill('SIGKILL');
  }
}

async function leave(member: ChildProcess): Promise<void> {
  const exited = once(member, 'exit', { signal: AbortSignal.timeout(STOP_TIMEOUT_MS) });
  member.kill('SIGTERM');
  await exited;
}
