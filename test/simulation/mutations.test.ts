// Bugs of the storage, planted into its source: the simulation finds each.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { simulate } from '../../src/simulation/index.ts';
import { MUTATIONS } from './mutations.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** A bug must be found before. */
const MOST_SEEDS = 1000;

for (const name of Object.keys(MUTATIONS)) {
  test(`a planted bug is found within ${MOST_SEEDS} seeds: ${name}`, async (t) => {
    const output = await simulateMutated(name);
    const [, seed] = /^failed: (\d+)$/m.exec(output) ?? [];
    assert.ok(seed, `it was not found: ${output}`);
    t.diagnostic(output.split('\n')[0] ?? '');
    const { error } = await simulate({ seed: Number(seed) });
    assert.equal(error, undefined, `seed ${seed} fails without the bug too`);
  });
}

/** What the runs print, up to the first that fails. */
function simulateMutated(name: string): Promise<string> {
  const parameters = ['--import', './test/simulation/mutate.ts', 'scripts/simulate.ts'];
  const options = { cwd: ROOT, env: { ...process.env, MUTATION: name, NODE_OPTIONS: '' } };
  return new Promise((resolve) => {
    const seeds = ['--seeds', `1..${MOST_SEEDS}`, '--first'];
    execFile(process.execPath, [...parameters, ...seeds], options, (_error, stdout, stderr) =>
      resolve(`${stdout}${stderr}`),
    );
  });
}
