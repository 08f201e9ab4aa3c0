import assert from 'node:assert/strict';
import { test } from 'node:test';
import { command } from './command.ts';
import { nearest, parseCommandLine } from './parse.ts';
import { UsageError } from './usage-error.ts';

const sample = command({
  name: 'sample',
  summary: 'For tests.',
  positionals: [
    { name: 'FIRST', doc: 'needed', required: true },
    { name: 'REST', doc: 'more', multiple: true },
  ],
  options: {
    flag: { type: 'flag', short: 'f', doc: '' },
    text: { type: 'text', value: 'T', short: 't', doc: '', default: 'fallback' },
    list: { type: 'text', value: 'L', doc: '', multiple: true },
    choice: { type: 'text', value: 'C', doc: '', choices: ['a', 'b'] },
    count: { type: 'number', value: 'N', short: 'n', doc: '', min: -5, max: 10 },
    share: { type: 'number', value: 'N', doc: '', fractions: true },
  },
  spellings: { '-daemon': '--flag' },
  examples: [],
  async run() {},
});

const optionsOf = (...args: string[]) => parseCommandLine(sample, ['x', ...args]).options;

test('options have their defaults', () => {
  assert.deepEqual(optionsOf(), {
    flag: false,
    text: 'fallback',
    list: [],
    choice: undefined,
    count: undefined,
    share: undefined,
  });
});

test('values come in every spelling', () => {
  assert.deepEqual(optionsOf('--text', 'a b', '-n', '3', '-f'), { ...optionsOf(), text: 'a b', count: 3, flag: true });
  assert.deepEqual(optionsOf('--text=a=b', '-n3'), { ...optionsOf(), text: 'a=b', count: 3 });
  assert.equal(optionsOf('-daemon').flag, true);
  assert.deepEqual(optionsOf('--list', 'a', '--list', 'b').list, ['a', 'b']);
  assert.equal(optionsOf('--share', '0.5').share, 0.5);
});

test('a negative number is the value of the option before it', () => {
  assert.equal(optionsOf('--count', '-3').count, -3);
  assert.equal(optionsOf('-n', '-3').count, -3);
});

test('positionals are counted, and -- ends the options', () => {
  assert.deepEqual(parseCommandLine(sample, ['a', 'b', '--', '--flag']).positionals, ['a', 'b', '--flag']);
  assert.throws(() => parseCommandLine(sample, []), /FIRST is missing/);
});

test('help is not checked further, but behind -- it is an argument', () => {
  assert.equal(parseCommandLine(sample, ['--nonsense', '--help']).isHelp, true);
  assert.equal(parseCommandLine(sample, ['--', '--help']).isHelp, false);
});

for (const [args, reason] of [
  [['--count', 'x'], /--count cannot be x: it is a whole number/],
  [['--count', '1.5'], /whole number/],
  [['--count', '11'], /the most is 10/],
  [['--count', '-6'], /the least is -5/],
  [['--choice', 'c'], /it is one of a, b/],
  [['--text', 'a', '--text', 'b'], /--text is given 2 times/],
  [['--text'], /argument missing/],
  [['--flag=yes'], /does not take an argument/],
  [['--unknown'], /Unknown option --unknown/],
  [['-q'], /Unknown option -q/],
] as const) {
  test(`${args.join(' ')} is a usage error`, () => {
    assert.throws(
      () => optionsOf(...args),
      (error) => error instanceof UsageError && reason.test(error.message),
    );
  });
}

test('the nearest name is the one that was meant, and none when nothing is near', () => {
  assert.equal(nearest('partitons', ['partitions', 'replicas']), 'partitions');
  assert.equal(nearest('from', ['from-beginning', 'format']), 'from-beginning');
  assert.equal(nearest('xyz', ['partitions', 'replicas']), undefined);
});
