// `npm run fuzz -- --minutes N [--seed S]` attacks a broker for so long and says what became of it. Exit code 0: it lives, has called nothing an error and
// kept within its memory; 1: it has not; 2: wrong arguments.

import { parseArgs } from 'node:util';
import { type FuzzOptions, type FuzzReport, fuzz, MEMORY_CEILING_BYTES } from '../test/fuzz/fuzz.ts';

const USAGE = 'usage: npm run fuzz -- [--minutes N] [--seed S] [--stalled CONNECTIONS-PER-STAGE]';
const PROGRESS_INTERVAL_MS = 10_000;

const attack = readArguments();
if (attack === undefined) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  let shownMs = 0;
  const report = await fuzz({
    ...attack,
    onProgress: (progress) => {
      if (performance.now() - shownMs < PROGRESS_INTERVAL_MS) return;
      shownMs = performance.now();
      console.log(describe(progress));
    },
  });
  console.log(describe(report));
  for (const line of [...report.errors, report.failure ?? '']) if (line !== '') console.log(line);
  const isWithinMemory = (report.peakMemoryBytes ?? 0) <= MEMORY_CEILING_BYTES;
  process.exitCode =
    report.isAlive && report.failure === undefined && report.errors.length === 0 && isWithinMemory ? 0 : 1;
}

function readArguments(): Pick<FuzzOptions, 'seed' | 'durationMs' | 'stalledPerStage'> | undefined {
  try {
    const { values } = parseArgs({
      options: {
        minutes: { type: 'string', default: '1' },
        seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
        stalled: { type: 'string', default: '300' },
      },
    });
    const durationMs = Number(values.minutes) * 60_000;
    const [seed, stalledPerStage] = [Number(values.seed), Number(values.stalled)];
    const isValid = durationMs > 0 && Number.isSafeInteger(seed) && Number.isSafeInteger(stalledPerStage);
    return isValid ? { seed, durationMs, stalledPerStage } : undefined;
  } catch {
    return undefined;
  }
}

function describe(report: FuzzReport): string {
  const { seed: usedSeed, executions, stalledConnections, witnessRounds, slowestWitnessMs, peakMemoryBytes } = report;
  const memory = peakMemoryBytes === undefined ? 'unknown' : `${Math.round(peakMemoryBytes / 2 ** 20)} MiB`;
  return (
    `seed ${usedSeed}: ${executions} requests, ${stalledConnections} stalled connections, ${witnessRounds} rounds of the witness ` +
    `(slowest ${slowestWitnessMs} ms), peak memory ${memory}, ${report.errors.length} errors, ${report.isAlive ? 'alive' : 'DEAD'}`
  );
}
