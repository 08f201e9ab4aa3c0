// Compiles wasm/*.ts, which are AssemblyScript, to files beside the code that uses them: `node scripts/compile-wasm.ts`. The compiler (100 MB, needed once in
// a long while) is no dependency: it is installed into a temporary folder. test/wasm/ holds that what is in the repository is what comes out here.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ROOT, runCommand } from './run-command.ts';

const COMPILER = 'assemblyscript@0.28.20';
const LIMIT_MS = 300_000;

export interface CompiledModule {
  /** Of the file with the result, below the root of the project. */
  readonly path: string;
  /** Of that file. */
  readonly text: string;
}

/** Rejects with what npm or the compiler says. */
export async function compileWasm(): Promise<CompiledModule[]> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-wasm-'));
  try {
    await run('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts', COMPILER]);
    return [await compile(folder, 'wasm/lz4-blocks.ts', 'src/protocol/compression/lz4-blocks-wasm.ts')];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compile(compilerFolder: string, source: string, path: string): Promise<CompiledModule> {
  const compiler = join(compilerFolder, 'node_modules', 'assemblyscript', 'bin', 'asc.js');
  const binary = join(compilerFolder, basename(source, '.ts'));
  const options = ['-O3', '--runtime', 'stub', '--noAssert', '--enable', 'simd', '--initialMemory', '1'];
  await run(process.execPath, [compiler, source, ...options, '--outFile', binary]);
  const base64 = await readFile(binary, 'base64');
  const text = `// What scripts/compile-wasm.ts makes of ${source}, in base64.\n\nexport const WASM =\n  '${base64}';\n`;
  return { path, text };
}

async function run(command: string, parameters: readonly string[]): Promise<void> {
  const { code, output } = await runCommand(command, parameters, { withinMs: LIMIT_MS });
  if (code !== 0) throw new Error(`${command} ${parameters.join(' ')} ended with ${code}: ${output}`);
}

if (import.meta.main) {
  for (const { path, text } of await compileWasm()) {
    await writeFile(join(ROOT, path), text);
    console.log(`${path}: ${text.length} characters`);
  }
}
