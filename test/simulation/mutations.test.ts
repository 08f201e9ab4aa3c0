// Bugs of the storage and of groups, planted into their source: the simulation finds each.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Swarm, simulate } from '../../src/simulation/index.ts';
import { MUTATIONS } from './mutations.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** A bug must be found before. */
const MOST_SEEDS = 1000;

for (const [name, { swarm = {} }] of Object.entries(MUTATIONS)) {
  test(`a planted bug is found within ${MOST_SEEDS} seeds: ${name}`, async (t) => {
    const output = await simulateMutated(name, swarm);
    const [, seed] = /^failed: (\d+)$/m.exec(output) ?? [];
    assert.ok(seed, `it was not found: ${output}`);
    t.diagnostic(output.split('\n')[0] ?? '');
    const { error } = await simulate({ seed: Number(seed), swarm });
    assert.equal(error, undefined, `seed ${seed} fails without the bug too`);
  });
}

/** What the runs print, up to the first that fails. */
function simulateMutated(name: string, swarm: Partial<Swarm>): Promise<string> {
  const parameters = ['--import', './test/simulation/mutate.ts', 'scripts/simulate.ts'];
  const options = { cwd: ROOT, env: { ...process.env, MUTATION: name, NODE_OPTIONS: '' } };
  return new Promise((resolve) => {
    const seeds = ['--seeds', `1..${MOST_SEEDS}`, '--first', '--swarm', JSON.stringify(swarm)];
    execFile(process.execPath, [...parameters, ...seeds], options, (_error, stdout, stderr) =>
      resolve(`${stdout}${stderr}`),
    );
  });
}
