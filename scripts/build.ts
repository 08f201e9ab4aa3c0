// Builds dist/, or the folder that is given. `bin/millrace` runs dist/millrace.mjs when nothing in src/ is newer: one file instead of hundreds starts in a fraction of the
// time and of the memory (docs/decisions/bundle.md). The other files are what `import ... from 'millrace/client'` gets, with their types.
// Packages stay outside; what is imported lazily becomes a chunk of its own.

import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type InputOption, rolldown } from 'rolldown';
import { installed, ROOT, runCommand } from './run-command.ts';

const OUTPUT = resolve(process.argv[2] ?? join(ROOT, 'dist'));

await rm(OUTPUT, { recursive: true, force: true });
// Apart from each other, so that the command carries nothing that only libraries need.
await Promise.all([
  bundle({ millrace: 'src/cli/main.ts' }, 'chunks'),
  bundle(
    { client: 'src/client/index.ts', kafkajs: 'src/kafkajs/index.ts', testing: 'src/testing/index.ts' },
    'library-chunks',
  ),
  declareTypes(),
]);

async function bundle(input: InputOption, chunks: string): Promise<void> {
  const built = await rolldown({
    cwd: ROOT,
    input,
    platform: 'node',
    external: (id) => !id.startsWith('.') && !id.startsWith('/'),
  });
  await built.write({
    dir: OUTPUT,
    format: 'esm',
    entryFileNames: '[name].mjs',
    chunkFileNames: `${chunks}/[name].mjs`,
    // Who runs it keeps the text in memory.
    comments: false,
    // Else a broker, which needs it too, would get it in one file with all of the client.
    codeSplitting: { groups: [{ name: 'telemetry', test: /\/src\/telemetry\// }] },
  });
  await built.close();
}

async function declareTypes(): Promise<void> {
  const { code, output } = await runCommand(installed('tsc'), [
    '-p',
    'tsconfig.types.json',
    '--outDir',
    join(OUTPUT, 'types'),
  ]);
  if (code !== 0) throw new Error(`Cannot declare the types: ${output}`);
  // Declarations name the sources that they came from, which are not there for whoever installs the package.
  for (const path of globSync(`${OUTPUT}/types/**/*.d.ts`)) {
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replaceAll(/(from |import\()'(\.[^']*)\.ts'/g, "$1'$2.js'"));
  }
}
