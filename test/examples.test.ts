// Runs every example as its reader would, from the sources, and holds what it prints against the comment at its end.

import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT, runCommand } from '../scripts/run-command.ts';
import { startKafka } from '../src/testing/index.ts';

const LIMIT_MS = 60_000;

for (const path of globSync('examples/*.ts', { cwd: ROOT }).sort()) {
  test(`${path} does what it says`, async () => {
    await using kafka = await startKafka();
    const options = { environment: { BOOTSTRAP_SERVERS: kafka.bootstrapServers }, withinMs: LIMIT_MS };
    const { code, output } = await runCommand(process.execPath, ['--conditions=source', path], options);
    assert.equal(code, 0, output);
    for (const line of promised(path)) assert.ok(output.includes(line), `${path} does not print: ${line}\n${output}`);
  });
}

function promised(path: string): string[] {
  const [, end] = readFileSync(join(ROOT, path), 'utf8').split('// Prints:\n');
  assert.ok(end, `${path} does not end with what it prints`);
  return end
    .trim()
    .split('\n')
    .map((line) => line.replace('// ', ''));
}
