// The package as an application gets it: its types, and its brokers for tests under the test runners that people use.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ROOT, runCommand } from '../../scripts/run-command.ts';
import { installPacked, type PackedApplication } from './packed-application.ts';

const GUIDES = ['docs/client.md', 'docs/from-kafkajs.md'];
const PACKAGES = ['vitest@5.1.1', 'jest@30.5.2', 'zod@4.6.7', 'valibot@1.5.0', '@opentelemetry/api@1.10.0'];
const LIMIT_MS = 120_000;
const COMPILER_OPTIONS = {
  target: 'es2024',
  lib: ['es2024', 'esnext.disposable'],
  types: ['node'],
  typeRoots: [join(ROOT, 'node_modules', '@types')],
  strict: true,
  noEmit: true,
  // The declarations of the package are checked too, and not only used.
  skipLibCheck: false,
};

describe('the packed package', () => {
  let application: PackedApplication;

  before(async () => {
    application = await installPacked(PACKAGES);
  });

  after(() => application[Symbol.asyncDispose]());

  const runInside = async (
    path: string,
    parameters: readonly string[] = [],
    environment: Record<string, string> = {},
  ) => {
    const options = { cwd: application.folder, environment, withinMs: LIMIT_MS };
    const { code, output } = await runCommand(process.execPath, [path, ...parameters], options);
    assert.equal(code, 0, output);
    return output;
  };

  for (const [module, moduleResolution] of [
    ['node16', 'node16'],
    ['esnext', 'bundler'],
  ] as const) {
    it(`has types that hold, in the guides too, with moduleResolution ${moduleResolution}`, async () => {
      const files = ['program.ts', ...programsOf(application.folder)];
      const config = { compilerOptions: { ...COMPILER_OPTIONS, module, moduleResolution }, files };
      const name = `tsconfig.${moduleResolution}.json`;
      writeFileSync(join(application.folder, name), JSON.stringify(config));
      await runInside(join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), ['-p', name]);
    });
  }

  it('takes schemas of zod and valibot', async () => {
    assert.match(await runInside('schemas.test.mjs'), /pass 2\b/);
  });

  it('gives brokers to node:test', async () => {
    assert.match(await runInside('node.test.mjs'), /pass 1\b/);
  });

  it('gives brokers to vitest', async () => {
    assert.match(await runInside('node_modules/vitest/vitest.mjs', ['run', 'vitest.test.mjs']), /1 passed/);
  });

  it('gives brokers to jest, which loads modules with --experimental-vm-modules', async () => {
    const environment = { NODE_OPTIONS: '--experimental-vm-modules' };
    assert.match(
      await runInside('node_modules/jest/bin/jest.js', ['--testMatch', '**/jest.test.mjs'], environment),
      /1 passed/,
    );
  });
});

/** Writes each piece of code of the guides into a file of its own, and tells their names. */
function programsOf(folder: string): string[] {
  return GUIDES.flatMap((guide) => {
    const pieces = [...readFileSync(join(ROOT, guide), 'utf8').matchAll(/```ts\n(.*?)```/gs)];
    assert.ok(pieces.length > 0, `${guide} has no code`);
    return pieces.map(([, code = ''], index) => {
      const name = `${basename(guide, '.md')}-${index}.ts`;
      writeFileSync(join(folder, name), code);
      return name;
    });
  });
}
