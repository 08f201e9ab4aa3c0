// `npm run simulate -- --seed N` replays one run event by event (`--verbose` with every call to the disk); `--seeds A..B` or `--count N` run many and name
// the seeds that failed, `--first` ends with the first of them. `--plant BUG` plants a bug, `--swarm JSON` goes
// before what seeds would choose. Exit code 0: every promise was kept; 1: one was broken; 2: wrong arguments.

import { parseArgs } from 'node:util';
import { PLANTED_BUGS, type PlantedBug, type RunResult, type Swarm, simulate } from '../src/simulation/index.ts';

const DEFAULT_COUNT = 100;
const USAGE = `usage: npm run simulate -- [--seed N [--verbose] | --seeds A..B | --count N] [--first] [--swarm JSON] [--plant ${PLANTED_BUGS.join(' | ')}]`;

interface Task {
  readonly first: number;
  readonly last: number;
  readonly isReplay: boolean;
  readonly isVerbose: boolean;
  readonly endsWithFirst: boolean;
  readonly plantedBug: PlantedBug | undefined;
  readonly swarm: Partial<Swarm>;
}

const task = readArguments();
if (task === undefined) {
  console.error(USAGE);
  process.exitCode = 2;
} else process.exitCode = (await (task.isReplay ? replay(task) : runMany(task))) ? 0 : 1;

function readArguments(): Task | undefined {
  try {
    const { values } = parseArgs({
      options: {
        seed: { type: 'string' },
        seeds: { type: 'string' },
        count: { type: 'string' },
        plant: { type: 'string' },
        swarm: { type: 'string', default: '{}' },
        verbose: { type: 'boolean', default: false },
        first: { type: 'boolean', default: false },
      },
    });
    const plantedBug = PLANTED_BUGS.find((bug) => bug === values.plant);
    if (values.plant !== undefined && plantedBug === undefined) return undefined;
    const [from, to] = values.seeds?.split('..') ?? [
      values.seed ?? '1',
      values.seed ?? values.count ?? `${DEFAULT_COUNT}`,
    ];
    const first = Number(from);
    const last = Number(to);
    if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last) || first < 0 || last < first) return undefined;
    const isReplay = values.seed !== undefined;
    const swarm: Partial<Swarm> = JSON.parse(values.swarm);
    return { first, last, isReplay, isVerbose: values.verbose, endsWithFirst: values.first, plantedBug, swarm };
  } catch {
    return undefined;
  }
}

async function replay({ first: seed, plantedBug, swarm, isVerbose }: Task): Promise<boolean> {
  const result = await simulate({
    seed,
    plantedBug,
    swarm,
    onEvent: (line, importance) => {
      if (isVerbose || importance === 'event') console.log(line);
    },
  });
  console.log(`seed ${seed}: ${describe(result)}, trace ${result.digest}`);
  if (result.error !== undefined) console.log(result.error.stack);
  return result.error === undefined;
}

async function runMany({ first, last, endsWithFirst, plantedBug, swarm }: Task): Promise<boolean> {
  const failed: number[] = [];
  const totals = { crashes: 0, records: 0 };
  const startMs = performance.now();
  let seed = first;
  for (; seed <= last && !(endsWithFirst && failed.length > 0); seed++) {
    const result = await simulate({ seed, plantedBug, swarm });
    totals.crashes += result.crashes;
    totals.records += result.records;
    if (result.error !== undefined) {
      failed.push(seed);
      clearProgress();
      console.log(`seed ${seed}: ${describe(result)}`);
    }
    showProgress(`${seed - first + 1} of ${last - first + 1} seeds, ${failed.length} failed`);
  }
  clearProgress();
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  console.log(
    `${seed - first} seeds with ${totals.crashes} crashes and ${totals.records} records in ${seconds} s: ${failed.length} failed`,
  );
  if (failed.length > 0) console.log(`failed: ${failed.join(' ')}`);
  return failed.length === 0;
}

function describe({ error, events, crashes, records }: RunResult): string {
  const outcome = error === undefined ? 'every promise was kept' : `${error.name}: ${error.message}`;
  return `${outcome} (${events} events, ${crashes} crashes, ${records} records)`;
}

function showProgress(text: string): void {
  if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${text}`);
}

function clearProgress(): void {
  if (process.stdout.isTTY) process.stdout.write('\r\x1b[K');
}
