// The package as an application gets it: its types, and its brokers for tests under the test runners that people use.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ROOT, runCommand } from '../../scripts/run-command.ts';
import { docstringProgram } from './docstring-examples.ts';
import { type GuideRun, guidePrograms, runGuideProgram } from './guide-programs.ts';
import { installPacked, type PackedApplication } from './packed-application.ts';

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

const BOOK = { topic: 'orders', key: 'order 7', value: 'a book' };
const PAY = `
import { Producer as Sender } from 'millrace/client';
await using sender = new Sender({ bootstrapServers: '127.0.0.1:9092' });
const { offset } = await pay(sender);
console.log('paid at offset', offset);
`;
const PROGRAMS = [...guidePrograms(), docstringProgram()];
/** What each piece of code of the guides, and all those of the docstrings together, do for whoever runs them. */
const GUIDE_RUNS: Readonly<Record<string, GuideRun>> = {
  'client: Producing': { prints: 'written to partition 0 at offset 0' },
  'client: Topics with types': { prints: 'order 7 1250', ends: 'by signal' },
  'client: Topics with types 2': { addition: PAY, prints: 'paid at offset 0n' },
  'client: Consuming': { feed: BOOK, prints: 'order 7 a book', ends: 'gracefully' },
  'client: Exactly once': { feed: BOOK, writesTo: 'copies', ends: 'by signal' },
  'client: Queues': {
    feed: { topic: 'jobs', value: JSON.stringify({ image: 'cat.png' }) },
    prints: 'cat.png',
    ends: 'by signal',
  },
  'client: Administration': { prints: '[ 0n, 0n, 0n ]' },
  'client: Security': { addition: 'console.log(await admin.listTopics());', prints: '[]', isSecured: true },
  'client: Metrics': {},
  'client: Traces': { prints: 'a book', ends: 'by signal' },
  'client: Tests': { isTest: true, prints: 'pass 1' },
  'from-kafkajs: In two steps': { feed: BOOK, prints: 'a book', ends: 'by signal' },
  docstrings: { prints: 'examples ran' },
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
    it(`has types that hold, in guides and docstrings too, with moduleResolution ${moduleResolution}`, async () => {
      const files = ['program.ts', ...programsOf(application.folder)];
      const config = { compilerOptions: { ...COMPILER_OPTIONS, module, moduleResolution }, files };
      const name = `tsconfig.${moduleResolution}.json`;
      writeFileSync(join(application.folder, name), JSON.stringify(config));
      await runInside(join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), ['-p', name]);
    });
  }

  it('has documentation whose every piece of code is tried', () => {
    assert.deepEqual(
      PROGRAMS.map(({ name }) => name),
      Object.keys(GUIDE_RUNS),
    );
  });

  for (const program of PROGRAMS) {
    it(`does what the documentation says: ${program.name}`, () =>
      runGuideProgram(program, GUIDE_RUNS[program.name] ?? {}, application.folder));
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

/** Writes each program into a file of its own, and tells their names. */
function programsOf(folder: string): string[] {
  return PROGRAMS.map(({ code }, index) => {
    const name = `piece-${index}.ts`;
    writeFileSync(join(folder, name), code);
    return name;
  });
}
