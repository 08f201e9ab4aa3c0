// Time from the start of the process to the first answer, and memory when idle, beside Apache Kafka. Argument: runs (5).

import {
  type BenchBroker,
  residentBytes,
  startApacheKafka,
  startMillrace,
  timeToFirstAnswer,
} from './support/brokers.ts';
import { report } from './support/figures.ts';

const RUNS = Number(process.argv[2] ?? 5);
/** After it, what the start has left behind is collected. */
const IDLE_MS = 5000;

await using millrace = await startMillrace();
await using kafka = await startApacheKafka();
const figures = {
  Millrace: { start: [] as number[], idle: [] as number[] },
  'Apache Kafka': { start: [] as number[], idle: [] as number[] },
};
await millrace.stop();
await kafka.stop();
for (let run = 0; run < RUNS; run++) {
  for (const broker of [millrace, kafka]) {
    const { startMs, idleBytes } = await measure(broker);
    figures[broker.name].start.push(startMs);
    figures[broker.name].idle.push(idleBytes / 1024 / 1024);
    console.log(
      `${broker.name}: first answer after ${startMs.toFixed(0)} ms, idle ${(idleBytes / 1024 / 1024).toFixed(1)} MiB`,
    );
  }
}

const areMet = report([
  {
    figure: 'start to first answer',
    unit: 'ms',
    millrace: figures.Millrace.start,
    kafka: figures['Apache Kafka'].start,
    target: { ratio: 0.1, isMet: 'below' },
  },
  {
    figure: 'idle resident memory',
    unit: 'MiB',
    millrace: figures.Millrace.idle,
    kafka: figures['Apache Kafka'].idle,
    target: { ratio: 0.2, isMet: 'below' },
  },
]);
process.exitCode = areMet ? 0 : 1;

async function measure(broker: BenchBroker): Promise<{ startMs: number; idleBytes: number }> {
  let hasFailed = false;
  const started = broker.startAgain().catch((error: unknown) => {
    hasFailed = true;
    throw error;
  });
  const startMs = await timeToFirstAnswer(broker.bootstrap, () => hasFailed);
  await started;
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  const idleBytes = residentBytes(broker.pid);
  await broker.stop();
  return { startMs, idleBytes };
}
