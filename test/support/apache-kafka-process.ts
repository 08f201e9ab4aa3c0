// A real Apache Kafka, one node that is broker and controller, on free ports and in a temporary directory.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { runCommand } from '../../scripts/run-command.ts';
import { freePort } from './broker-process.ts';
import { findKafkaJars, KAFKA_VERSION } from './programs.ts';

const PROTOCOLS = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'];
// After a kill on a busy machine it takes a minute.
const START_TIMEOUT_MS = 180_000;
const STOP_TIMEOUT_MS = 60_000;

export interface ApacheKafkaOptions {
  /** Names of the folders for its data. Default: `data`. */
  readonly dataFolders?: readonly string[] | undefined;
  /** For clients, beside the plain one: `SASL_SSL://127.0.0.1:20000`. */
  readonly listeners?: readonly string[];
  /** 3.9 or newer. Default `KAFKA_VERSION`. */
  readonly version?: string;
  /** The directory of a broker that has stopped, with its data folders; left in place at the end. Default: a temporary one. */
  readonly directory?: string | undefined;
}

export class ApacheKafkaProcess implements AsyncDisposable {
  readonly bootstrap: string;
  readonly directory: string;
  readonly #classPath: string;
  readonly #isTemporary: boolean;
  #process: ChildProcess | undefined;
  output = '';

  private constructor(port: number, directory: string, isTemporary: boolean, classPath: string) {
    this.bootstrap = `127.0.0.1:${port}`;
    this.directory = directory;
    this.#isTemporary = isTemporary;
    this.#classPath = classPath;
  }

  /** Settings as `key=value`. */
  static async start(
    overrides: readonly string[] = [],
    { listeners = [], dataFolders = ['data'], version = KAFKA_VERSION, directory: given }: ApacheKafkaOptions = {},
  ): Promise<ApacheKafkaProcess> {
    const jars = await findKafkaJars(version);
    if ('missing' in jars) throw new Error(jars.missing);
    const directory = given ?? (await mkdtemp(join(tmpdir(), 'millrace-test-apache-')));
    const port = await freePort();
    const broker = new ApacheKafkaProcess(port, directory, given === undefined, jars.path);
    const controller = `127.0.0.1:${await freePort()}`;
    await broker.#configure([`PLAINTEXT://${broker.bootstrap}`, ...listeners], controller, [
      `log.dirs=${dataFolders.map((name) => join(directory, name)).join(',')}`,
      // A metadata log of one voter that does not name it needs it in the settings.
      given === undefined
        ? `controller.quorum.bootstrap.servers=${controller}`
        : `controller.quorum.voters=1@${controller}`,
      ...overrides,
    ]);
    if (given === undefined) await broker.#format();
    await broker.startAgain();
    return broker;
  }

  get pid(): number {
    if (this.#process?.pid === undefined) throw new Error('Apache Kafka does not run');
    return this.#process.pid;
  }

  get isRunning(): boolean {
    return this.#process !== undefined && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  async startAgain(): Promise<void> {
    const child = spawn('java', this.#java('kafka.Kafka', ['-Xmx1G', '-Dtest.log.level=INFO'], [this.#settingsFile]), {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process = child;
    let isStarted = false;
    createInterface(child.stderr).on('line', (line) => {
      this.output += `${line}\n`;
      isStarted ||= line.includes('Kafka Server started');
    });
    const end = performance.now() + START_TIMEOUT_MS;
    while (!isStarted) {
      if (child.exitCode !== null || performance.now() > end) {
        child.kill('SIGKILL');
        throw new Error(`Apache Kafka did not start:\n${this.output.slice(-4000)}`);
      }
      await delay(50);
    }
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async stop(): Promise<number | null> {
    return this.#end('SIGTERM');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end('SIGKILL');
    if (this.#isTemporary) await rm(this.directory, { recursive: true, force: true });
  }

  get #settingsFile(): string {
    return join(this.directory, 'server.properties');
  }

  #java(mainClass: string, options: readonly string[], parameters: readonly string[]): string[] {
    const logging = `-Dlog4j2.configurationFile=${join(import.meta.dirname, 'kafka-log4j2.xml')}`;
    return [...options, logging, '-cp', this.#classPath, mainClass, ...parameters];
  }

  async #configure(listeners: readonly string[], controller: string, overrides: readonly string[]): Promise<void> {
    const settings = [
      'process.roles=broker,controller',
      'node.id=1',
      `listeners=${listeners.join(',')},CONTROLLER://${controller}`,
      'controller.listener.names=CONTROLLER',
      `listener.security.protocol.map=${PROTOCOLS.map((name) => `${name}:${name}`).join(',')},CONTROLLER:PLAINTEXT`,
      'offsets.topic.replication.factor=1',
      'transaction.state.log.replication.factor=1',
      'transaction.state.log.min.isr=1',
      'share.coordinator.state.topic.replication.factor=1',
      'share.coordinator.state.topic.min.isr=1',
      ...overrides,
    ];
    await writeFile(this.#settingsFile, settings.join('\n'));
  }

  async #format(): Promise<void> {
    // Any 16 bytes in URL-safe base64 are a cluster id.
    const parameters = ['format', '--standalone', '-t', 'bWlsbHJhY2UtdGVzdC0wMQ', '-c', this.#settingsFile];
    const { code, output } = await runCommand('java', this.#java('kafka.tools.StorageTool', ['-Xmx256M'], parameters));
    if (code !== 0) throw new Error(`Cannot format ${this.directory}: ${output}`);
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const exited = once(child, 'exit', { signal: AbortSignal.timeout(STOP_TIMEOUT_MS) });
    child.kill(signal);
    const [code] = await exited;
    return code as number | null;
  }
}
