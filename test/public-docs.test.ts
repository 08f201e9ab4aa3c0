// Whatever a program can import from `millrace/client`, `millrace/testing` and `millrace/kafkajs` says what it is: each exported name, and each public
// method of an exported class.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const SOURCE = join(import.meta.dirname, '..', 'src');
const DOORS = ['client/index.ts', 'testing/index.ts', 'kafkajs/index.ts'];

for (const door of DOORS) {
  test(`every export of ${door} has a docstring`, () => {
    assert.deepEqual(
      exportsOf(door).flatMap(({ file, name }) => undocumented(file, name)),
      [],
    );
  });
}

/** Where each name that a door lets out is declared. */
function exportsOf(door: string): { readonly file: string; readonly name: string }[] {
  const text = readFileSync(join(SOURCE, door), 'utf8');
  const found = [...text.matchAll(/export (?:type )?\{([^}]*)\} from '\.\/([^']+)'/g)];
  assert.ok(found.length > 0, `${door} exports nothing`);
  return found.flatMap(([, names = '', path = '']) =>
    names
      .split(',')
      .map((name) => name.replace(/^\s*(type )?/, '').trim())
      .filter((name) => name !== '')
      .map((name) => ({ file: join(door, '..', path), name })),
  );
}

function undocumented(file: string, name: string): string[] {
  const lines = readFileSync(join(SOURCE, file), 'utf8').split('\n');
  const declared = new RegExp(`^export (abstract )?(async )?(interface|type|class|function\\*?|const) ${name}\\b`);
  const start = lines.findIndex((line) => declared.test(line));
  assert.ok(start >= 0, `src/${file} does not declare ${name}`);
  const [isClass, , base] = /^export (abstract )?class \w+(?: extends (\w+))?/.exec(lines[start] ?? '') ?? [];
  const end = lines.indexOf('}', start);
  const members = isClass ? undocumentedMembers(lines.slice(start + 1, end)).map((member) => `${name}.${member}`) : [];
  const own = [...(hasDocstring(lines, start) ? [] : [name]), ...members].map((missing) => `src/${file}: ${missing}`);
  const [, path] = new RegExp(`import \\{ ${base} \\} from '(\\./[^']+)'`).exec(lines.join('\n')) ?? [];
  return base === undefined || path === undefined ? own : [...own, ...undocumented(join(file, '..', path), base)];
}

function undocumentedMembers(body: readonly string[]): string[] {
  return body.flatMap((line, index) => {
    const [, member] = /^ {2}(?:static |async |get |\*)*([a-z]\w*)(?:<.*>)?\(/.exec(line) ?? [];
    if (member === undefined || member === 'constructor') return [];
    return hasDocstring(body, index) ? [] : [member];
  });
}

function hasDocstring(lines: readonly string[], declaration: number): boolean {
  return lines[declaration - 1]?.trimEnd().endsWith('*/') ?? false;
}
