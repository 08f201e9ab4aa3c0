// A fresh broker for an oracle: Millrace from this clone, or Apache Kafka, with the settings that the suites' scores were taken with.

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { ROOT, runCommand } from './run-command.ts';

export interface OracleBroker {
  readonly address: string;
  /** The file with what the broker wrote. */
  readonly logFile: string;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 30_000;
const STOPPED_WITHIN_MS = 30_000;

// As oracles/suites/common/kafka-up.sh, without what belongs to Kafka's own controller.
const SETTINGS: Readonly<Record<string, string>> = {
  'node.id': '0',
  'num.partitions': '4',
  'default.replication.factor': '1',
  'min.insync.replicas': '1',
  'offsets.topic.replication.factor': '1',
  'offsets.topic.num.partitions': '5',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'transaction.state.log.num.partitions': '5',
  'share.coordinator.state.topic.replication.factor': '1',
  'share.coordinator.state.topic.min.isr': '1',
  'share.coordinator.state.topic.num.partitions': '5',
  'group.coordinator.rebalance.protocols': 'classic,consumer,streams,share',
  'group.initial.rebalance.delay.ms': '0',
  'group.consumer.min.heartbeat.interval.ms': '500',
  'group.consumer.heartbeat.interval.ms': '1000',
  'group.share.min.heartbeat.interval.ms': '500',
  'group.share.heartbeat.interval.ms': '1000',
  'group.share.min.record.lock.duration.ms': '1000',
  'group.share.record.lock.duration.ms': '15000',
  'delete.topic.enable': 'true',
  'auto.create.topics.enable': 'true',
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'allow.everyone.if.no.acl.found': 'true',
  'super.users': 'User:ANONYMOUS',
  'delegation.token.secret.key': '0123456789abcdef',
  'log.cleaner.backoff.ms': '1000',
};

/** Starts this clone's `bin/millrace` with its data below `folder`. */
export async function startMillrace(folder: string): Promise<OracleBroker> {
  const address = `127.0.0.1:${await freePort()}`;
  const properties = join(folder, 'server.properties');
  const settings = { ...SETTINGS, listeners: `PLAINTEXT://${address}`, 'log.dirs': join(folder, 'data') };
  writeFileSync(
    properties,
    `${Object.entries(settings)
      .map((setting) => setting.join('='))
      .join('\n')}\n`,
  );
  const logFile = join(folder, 'broker.log');
  const descriptor = openSync(logFile, 'a');
  const child = spawn(join(ROOT, 'bin', 'millrace'), ['start', properties], {
    stdio: ['ignore', descriptor, descriptor],
  });
  closeSync(descriptor);
  const stop = () => stopChild(child);
  try {
    await waitFor(
      () => /\bready\b/.test(readFileSync(logFile, 'utf8')),
      READY_WITHIN_MS,
      () => child.exitCode !== null,
    );
  } catch {
    await stop();
    throw new Error(`Cannot start bin/millrace: it said\n${readFileSync(logFile, 'utf8').slice(-4000)}`);
  }
  return { address, logFile, stop };
}

/** Starts Apache Kafka by the suites' own script. */
export async function startApacheKafka(suites: string, folder: string): Promise<OracleBroker> {
  const port = await freePort();
  const environment = { KPORT: String(port), KDATA: join(folder, 'kafka') };
  const started = await runCommand('bash', [join(suites, 'common', 'kafka-up.sh'), 'fresh'], { environment });
  if (started.code !== 0)
    throw new Error(`Cannot start Apache Kafka: kafka-up.sh said\n${started.output.slice(-4000)}`);
  return {
    address: `127.0.0.1:${port}`,
    logFile: join(folder, 'kafka', 'out.log'),
    stop: async () => {
      await runCommand('bash', [join(suites, 'common', 'kafka-down.sh')], { environment });
    },
  };
}

/**
 * A port that is free together with the next one, which Kafka's controller takes. Below 32768, where the system gives no port to an
 * outgoing connection that could be in the way at a restart.
 */
async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = 20_000 + 2 * Math.floor(Math.random() * 6000);
    if ((await isFree(port)) && (await isFree(port + 1))) return port;
  }
  throw new Error('Cannot find a free port between 20000 and 32000 after 100 tries');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  await waitFor(hasEnded, STOPPED_WITHIN_MS).catch(() => child.kill('SIGKILL'));
}

async function waitFor(isDone: () => boolean, withinMs: number, hasFailed = () => false): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!isDone()) {
    if (hasFailed() || performance.now() > deadline) throw new Error('It did not come');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
