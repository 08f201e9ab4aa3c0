// The rules of the house that a program can check; those about imports are in dependencies.test.ts, those about code are biome's.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { moduleRules } from './dependencies.ts';

const ROOT = join(import.meta.dirname, '..');
const FOLDERS = ['src', 'test', 'scripts', 'bench', 'examples'];
const LONGEST_FILE_LINES = 500;
const LONGEST_README_LINES = 80;

const files = FOLDERS.filter((folder) => existsSync(join(ROOT, folder)))
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(
      (path) => `${folder}/${path.replaceAll('\\', '/')}`,
    ),
  )
  .filter((path) => /\.m?ts$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));

const modules = readdirSync(join(ROOT, 'src'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

test('no file is longer than 500 lines', () => {
  assert.deepEqual(
    files.filter(({ text }) => text.trimEnd().split('\n').length > LONGEST_FILE_LINES).map(({ path }) => path),
    [],
  );
});

test('every file and folder has a name in kebab-case', () => {
  const isKebab = (path: string) =>
    path.split('/').every((name) => /^[a-z0-9]+(-[a-z0-9]+)*(\.test|\.d)?(\.m?ts)?$/.test(name));
  assert.deepEqual(
    files.map(({ path }) => path).filter((path) => !isKebab(path)),
    [],
  );
});

test("an API's schema and its handler are in files that carry its key", () => {
  const numbered = /\/(apis|handlers)\/(?!index\.ts$)/;
  assert.deepEqual(
    files
      .map(({ path }) => path)
      .filter((path) => numbered.test(path))
      .filter((path) => !/\/\d\d-[a-z0-9-]+(\.test)?\.ts$/.test(path)),
    [],
  );
});

test('every file opens with its purpose', () => {
  assert.deepEqual(
    files
      .filter(({ path }) => !path.endsWith('.test.ts'))
      .filter(({ text }) => !/^(#!.*\n)?\s*(\/\/|\/\*)/.test(text))
      .map(({ path }) => path),
    [],
  );
});

test('every module has a door, a map of at most a page, and a row in the table', () => {
  const offences = modules.flatMap((module) => {
    const folder = join(ROOT, 'src', module);
    if (!moduleRules[module]) return [`src/${module} is not in src/dependencies.ts`];
    // A program that nobody imports has its entry instead of a door.
    if (!['index.ts', 'main.ts'].some((door) => existsSync(join(folder, door))))
      return [`src/${module} has no index.ts`];
    if (!existsSync(join(folder, 'README.md'))) return [`src/${module} has no README.md`];
    const lines = readFileSync(join(folder, 'README.md'), 'utf8').trimEnd().split('\n').length;
    return lines > LONGEST_README_LINES ? [`src/${module}/README.md has ${lines} lines`] : [];
  });
  assert.deepEqual(offences, []);
});

test('nothing is left for later in a comment', () => {
  const mark = /\b(T[O]DO|F[I]XME|X[X]X)\b/;
  assert.deepEqual(
    files.filter(({ text }) => mark.test(text)).map(({ path }) => path),
    [],
  );
});

test('the name of a test is a sentence', () => {
  const offences = files
    .filter(({ path }) => path.endsWith('.test.ts'))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/^\s*(?:test|it)\(\s*(['"`])(.*?)\1/gms)]
        .filter((match) => !/\S\s+\S/.test(match[2] ?? ''))
        .map((match) => `${path}: ${match[2]}`),
    );
  assert.deepEqual(offences, []);
});

test('no test is switched off or runs alone', () => {
  const switched = /\b(test|it|describe)\.(s[k]ip|o[n]ly|t[o]do)\(/;
  assert.deepEqual(
    files.filter(({ path, text }) => path.endsWith('.test.ts') && switched.test(text)).map(({ path }) => path),
    [],
  );
});

test('unit tests wait for events, not for time', () => {
  const sleeping = /set[T]imeout\(\s*(resolve|done)\b|timers\/[p]romises/;
  assert.deepEqual(
    files
      .filter(({ path, text }) => path.startsWith('src/') && path.endsWith('.test.ts') && sleeping.test(text))
      .map(({ path }) => path),
    [],
  );
});
