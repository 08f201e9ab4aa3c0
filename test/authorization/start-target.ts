// Starts the chosen broker with the users of the matrix.

import { ApacheKafkaProcess } from '../support/apache-kafka-process.ts';
import { BrokerProcess, freePort } from '../support/broker-process.ts';
import { isApacheKafka } from '../support/test-broker.ts';
import { SETTINGS } from './permissions.ts';
import type { Target } from './run-matrix.ts';

export async function startTarget(): Promise<Target & AsyncDisposable> {
  const saslPort = await freePort();
  const listener = `SASL_PLAINTEXT://127.0.0.1:${saslPort}`;
  if (isApacheKafka) {
    const broker = await ApacheKafkaProcess.start(SETTINGS, { listeners: [listener] });
    return target(broker, Number(broker.bootstrap.split(':')[1]), saslPort);
  }
  const plainPort = await freePort();
  const broker = await BrokerProcess.start([`listeners=PLAINTEXT://127.0.0.1:${plainPort},${listener}`, ...SETTINGS]);
  return target(broker, plainPort, saslPort);
}

function target(broker: AsyncDisposable, plainPort: number, saslPort: number): Target & AsyncDisposable {
  return { plainPort, saslPort, [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose]() };
}
