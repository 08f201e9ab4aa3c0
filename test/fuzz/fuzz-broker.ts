// A broker to attack: in a process of its own, with a listener for each security protocol and little room for requests.

import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestAuthority } from '../../src/platform/test-authority.ts';
import { BrokerProcess, freePort } from '../support/broker-process.ts';
import type { FuzzPorts } from './stalled-connections.ts';

const SCRAM = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';

export class FuzzBroker implements AsyncDisposable {
  readonly process: BrokerProcess;
  readonly ports: FuzzPorts;
  readonly #folder: string;

  private constructor(process: BrokerProcess, ports: FuzzPorts, folder: string) {
    this.process = process;
    this.ports = ports;
    this.#folder = folder;
  }

  static async start(): Promise<FuzzBroker> {
    const folder = await mkdtemp(join(tmpdir(), 'millrace-fuzz-'));
    const identity = createTestAuthority('Fuzz CA').issue({ subject: [['CN', 'broker']], hosts: ['127.0.0.1'] });
    await writeFile(join(folder, 'broker.pem'), identity.key + identity.certificateChain);
    const [ssl, saslPlain, saslSsl] = [await freePort(), await freePort(), await freePort()];
    const settings = [
      'socket.request.max.bytes=8388608',
      'queued.max.request.bytes=67108864',
      'ssl.keystore.type=PEM',
      `ssl.keystore.location=${folder}/broker.pem`,
      'sasl.enabled.mechanisms=SCRAM-SHA-256',
      ...['sasl_plaintext', 'sasl_ssl'].map((name) => `listener.name.${name}.scram-sha-256.sasl.jaas.config=${SCRAM}`),
      'offsets.topic.num.partitions=2',
      'transaction.state.log.num.partitions=2',
      'share.coordinator.state.topic.num.partitions=2',
      'group.initial.rebalance.delay.ms=0',
      // Where nobody reads metrics, nobody looks into those that clients push.
      'metrics.listener=127.0.0.1:0',
    ];
    const listeners = [
      `SSL://127.0.0.1:${ssl}`,
      `SASL_PLAINTEXT://127.0.0.1:${saslPlain}`,
      `SASL_SSL://127.0.0.1:${saslSsl}`,
    ];
    const process = await BrokerProcess.start(settings, { listeners });
    return new FuzzBroker(process, { plain: process.port, ssl, saslPlain, saslSsl }, folder);
  }

  /** The most memory in bytes that it has held since it started, or was last forgotten; undefined where the system does not tell. */
  get peakMemoryBytes(): number | undefined {
    return this.#memory('VmHWM');
  }

  get memoryBytes(): number | undefined {
    return this.#memory('VmRSS');
  }

  /** Begins the peak anew. */
  async forgetPeak(): Promise<void> {
    if (this.memoryBytes !== undefined) await writeFile(`/proc/${this.process.pid}/clear_refs`, '5');
  }

  /** What the broker itself calls an error: a request must never bring one about. */
  get errors(): string[] {
    return this.process.output
      .split('\n')
      .filter((line) => /^(\{"level":"(error|fatal)"|[\d:.]+ (error|fatal) )/.test(line));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.process[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #memory(name: 'VmHWM' | 'VmRSS'): number | undefined {
    if (globalThis.process.platform !== 'linux') return undefined;
    const [, kibibytes] =
      new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(readFileSync(`/proc/${this.process.pid}/status`, 'utf8')) ?? [];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  }
}
