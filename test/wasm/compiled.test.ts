import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { compileWasm } from '../../scripts/compile-wasm.ts';
import { ROOT } from '../../scripts/run-command.ts';

test('the WebAssembly in the repository is what its sources compile to', async () => {
  for (const { path, text } of await compileWasm()) {
    const kept = await readFile(join(ROOT, path), 'utf8');
    assert.equal(kept, text, `${path} is not what its source compiles to: run scripts/compile-wasm.ts`);
  }
});
