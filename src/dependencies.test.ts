import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { ambientWorld, fileExceptions, harmlessNodeModules, type ModuleRules, moduleRules } from './dependencies.ts';

const SOURCE = import.meta.dirname;

interface SourceFile {
  /** Relative to src/, with slashes. */
  readonly path: string;
  readonly module: string;
  readonly isTest: boolean;
  readonly text: string;
  readonly imports: readonly string[];
}

const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts') && path.includes('/'))
  .map(readSourceFile);

test('every module has its row in the table', () => {
  const unknown = new Set(files.map((file) => file.module).filter((module) => !moduleRules[module]));
  assert.deepEqual([...unknown], []);
});

test('the table has no cycle', () => {
  const visit = (module: string, path: readonly string[]): void => {
    assert.ok(!path.includes(module), `cycle: ${[...path, module].join(' -> ')}`);
    for (const next of rulesOf(module).modules) visit(next, [...path, module]);
  };
  for (const module of Object.keys(moduleRules)) visit(module, []);
});

test('a module imports only the modules of its row, by their doors', () => {
  const offences = files.flatMap((file) =>
    file.imports
      .filter((target) => target.startsWith('.'))
      .map((target) => offenceOf(file, target))
      .filter((offence) => offence !== undefined),
  );
  assert.deepEqual(offences, []);
});

test("a module imports only its own of Node's modules and of the packages", () => {
  const offences: string[] = [];
  for (const file of files.filter((one) => !one.isTest)) {
    const { node = [], packages = [] } = rulesOf(file.module);
    for (const target of file.imports.filter((one) => !one.startsWith('.'))) {
      const name = target.replace(/^node:/, '');
      const isAllowed = isBuiltin(target)
        ? node.includes('*') || node.includes(name) || harmlessNodeModules.includes(name)
        : packages.includes(packageOf(target));
      if (!isAllowed) offences.push(`src/${file.path} imports ${target}`);
    }
  }
  assert.deepEqual(offences, []);
});

test('time, chance, environment and network come in through the contracts', () => {
  const offences: string[] = [];
  for (const file of files.filter((one) => !one.isTest && !rulesOf(one.module).isEdge)) {
    for (const [index, line] of file.text.split('\n').entries()) {
      if (/^\s*(\/\/|\/?\*)/.test(line)) continue;
      const found = ambientWorld.find(({ pattern }) => pattern.test(line));
      if (found) offences.push(`src/${file.path}:${index + 1}: use ${found.instead}: ${line.trim()}`);
    }
  }
  assert.deepEqual(offences, []);
});

function offenceOf(file: SourceFile, target: string): string | undefined {
  const imported = relative(SOURCE, join(SOURCE, dirname(file.path), target)).replaceAll('\\', '/');
  const [module = '', ...rest] = imported.split('/');
  if (module === file.module) return undefined;
  const isDoor = rest.length === 1 && rest[0] === 'index.ts';
  const isSuite = file.isTest && imported.endsWith('-suite.ts');
  if (!isDoor && !isSuite) return `src/${file.path} imports ${imported}, not the door of ${module}`;
  const allowed = [...rulesOf(file.module).modules, ...(fileExceptions[file.path] ?? [])];
  // Tests may bring other modules together, as a process does.
  if (file.isTest || allowed.includes(module)) return undefined;
  return `src/${file.path} imports ${module}`;
}

function readSourceFile(path: string): SourceFile {
  const text = readFileSync(join(SOURCE, path), 'utf8');
  return {
    path,
    module: path.split('/')[0] ?? '',
    isTest: /(\.test|-suite)\.ts$/.test(path),
    text,
    imports: importsIn(text),
  };
}

/** The targets of static imports and re-exports, and of dynamic imports of a literal. */
function importsIn(text: string): string[] {
  const statement = /^(?:import|export)\s+(?:type\s+)?(?:[\w\s{},*$]+\sfrom\s+)?'([^']+)';/gm;
  const dynamic = /\bimport\(\s*'([^']+)'\s*\)/g;
  const required = /\brequire\(\s*'([^']+)'\s*\)|\bcreateRequire\([^)]*\)\(\s*'([^']+)'\s*\)/g;
  return [statement, dynamic, required].flatMap((pattern) =>
    [...text.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? ''),
  );
}

function packageOf(target: string): string {
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');
}

function rulesOf(module: string): ModuleRules {
  return moduleRules[module] ?? { modules: [] };
}
