import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError } from './definition.ts';
import { parseProperties } from './properties.ts';

function parsed(text: string): Record<string, string> {
  return { ...parseProperties(text) };
}

test('a name and its value are separated by =, : or white space', () => {
  assert.deepEqual(parsed('a=1\nb:2\nc 3\nd = 4\ne\t:\t5\nf   6'), { a: '1', b: '2', c: '3', d: '4', e: '5', f: '6' });
});

test('only the first separator separates', () => {
  assert.deepEqual(parsed('listeners=PLAINTEXT://:9092\nurl = a=b:c'), {
    listeners: 'PLAINTEXT://:9092',
    url: 'a=b:c',
  });
});

test('a name without a value has the empty one', () => {
  assert.deepEqual(parsed('a\nb=\nc:  '), { a: '', b: '', c: '' });
});

test('comments and blank lines are left out, and a # inside a line is content', () => {
  assert.deepEqual(parsed('# one\n  ! two\n\n \t\na=1 # not a comment\r\nb=2\rc=3'), {
    a: '1 # not a comment',
    b: '2',
    c: '3',
  });
});

test('a backslash at the end joins the next line without its indentation', () => {
  assert.deepEqual(parsed('fruits = apple, \\\n         banana, \\\r\n\tpear\nnext=1'), {
    fruits: 'apple, banana, pear',
    next: '1',
  });
});

test('an even number of backslashes at the end is content', () => {
  assert.deepEqual(parsed('a=x\\\\\nb=y'), { a: 'x\\', b: 'y' });
});

test('a comment is not continued, and a continuation is never a comment', () => {
  assert.deepEqual(parsed('# c \\\na=1\nb=x\\\n#y'), { a: '1', b: 'x#y' });
});

test('trailing white space belongs to the value', () => {
  assert.deepEqual(parsed('a=1  '), { a: '1  ' });
});

test('escapes name separators, control characters and code units', () => {
  assert.deepEqual(parsed('a\\=b\\:c\\ d=\\t\\n\\u00e9\\q\\\\'), { 'a=b:c d': '\t\néq\\' });
});

test('the last value of a name wins', () => {
  assert.deepEqual(parsed('a=1\na=2'), { a: '2' });
});

test('a name that objects have by birth is a name like any other', () => {
  assert.equal(parseProperties('constructor=1').constructor, '1');
  assert.equal(parseProperties('a=1').toString, undefined);
});

test('a malformed \\u is refused with its line', () => {
  assert.throws(
    () => parseProperties('a=1\nb=\\u12g4'),
    new ConfigError('Cannot read line 2: \\u must be followed by four hexadecimal digits'),
  );
});

test('a lone backslash at the end of the file is nothing', () => {
  assert.deepEqual(parsed('a=1\\'), { a: '1' });
});

test('a value that asks for a file or for the environment, as for config providers of Kafka, is nothing but its text', () => {
  for (const text of [`\${file:/etc/passwd:root}`, `\${env:HOME}`]) assert.deepEqual(parsed(`a=${text}`), { a: text });
});
