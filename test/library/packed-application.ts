// An application in an empty folder, which has this project from its package, with the compiler and the test runners that people use.

import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, runCommand } from '../../scripts/run-command.ts';

const NPM_LIMIT_MS = 300_000;
const PACKED = ['README.md', 'LICENSE', 'bin'];

export interface PackedApplication extends AsyncDisposable {
  readonly folder: string;
}

/** `packages` are installed beside, with their versions. Rejects with what npm says when something cannot be had. */
export async function installPacked(packages: readonly string[]): Promise<PackedApplication> {
  const root = mkdtempSync(join(tmpdir(), 'millrace-packed-'));
  const [source, folder] = [join(root, 'package'), join(root, 'application')];
  for (const name of PACKED) cpSync(join(ROOT, name), join(source, name), { recursive: true });
  writeFileSync(join(source, 'package.json'), manifest());
  cpSync(join(import.meta.dirname, 'sample'), folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'application', private: true, type: 'module' }));
  // Not the project's own dist/, which may be older than the sources, and which other tests use meanwhile.
  await run(process.execPath, [join(ROOT, 'scripts', 'build.ts'), join(source, 'dist')]);
  await run('npm', ['pack', source, '--ignore-scripts', `--pack-destination=${root}`]);
  const tarball = readdirSync(root).find((name) => name.endsWith('.tgz')) ?? 'no package';
  await run('npm', [
    ...['install', '--no-audit', '--no-fund', '--no-save', '--loglevel=error', '--prefer-offline', '--ignore-scripts'],
    ...[`--prefix=${folder}`, join(root, tarball), ...packages],
  ]);
  return { folder, [Symbol.asyncDispose]: () => rm(root, { recursive: true }) };
}

/** Without the packages of 100 MB that bring a Node of its own: the tests run on the one that is here. */
function manifest(): string {
  const packed = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const optional = Object.entries(packed.optionalDependencies).filter(([name]) => !name.startsWith('node-'));
  return JSON.stringify({ ...packed, optionalDependencies: Object.fromEntries(optional) });
}

async function run(command: string, parameters: readonly string[]): Promise<void> {
  const { code, output } = await runCommand(command, parameters, { withinMs: NPM_LIMIT_MS });
  if (code !== 0) throw new Error(`${command} ${parameters.join(' ')} ended with ${code}: ${output}`);
}
