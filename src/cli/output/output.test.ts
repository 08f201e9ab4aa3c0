import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { byteText } from './byte-text.ts';
import { startProgress } from './progress.ts';
import { styler } from './style.ts';
import { printable, renderTable } from './table.ts';

const plain = new PassThrough();
const terminal = Object.assign(new PassThrough(), {
  isTTY: true,
  columns: 80,
  getColorDepth: () => 8,
  hasColors: () => true,
});

test('columns are as wide as their content, numbers to the right, nothing behind the last one', () => {
  const table = renderTable(
    [{ title: 'NAME' }, { title: 'COUNT', align: 'right' }, { title: 'NOTE' }],
    [
      ['a longer name', 5, 'x'],
      ['b', 12345n, null],
    ],
    plain,
  );
  assert.equal(table, 'NAME           COUNT  NOTE\na longer name      5  x\nb              12345  -\n');
});

test('control characters of a broker do not reach the terminal', () => {
  assert.equal(printable('a\x1b[31mb\x07\u009b'), 'a\\x1b[31mb\\x07\\x9b');
});

test('colours are for terminals', () => {
  assert.equal(styler(plain)('red', 'x'), 'x');
});

test('amounts of bytes are short', () => {
  assert.deepEqual([0, 1023, 1024, 1536n, 15 * 1024 * 1024, 300n * 2n ** 30n].map(byteText), [
    '0 bytes',
    '1023 bytes',
    '1.00 KiB',
    '1.50 KiB',
    '15.0 MiB',
    '300 GiB',
  ]);
});

test('a bar is drawn on a terminal only, and not between the lines of the output', async () => {
  const drawnOn = async (stdout: object, stderr: PassThrough, isQuiet: boolean) => {
    const context = { stdout, stderr } as unknown as Parameters<typeof startProgress>[0];
    const progress = await startProgress(context, { total: 10, unit: 'records', isQuiet });
    progress.update(5);
    progress.stop();
    return stderr.read() !== null;
  };
  const screen = () =>
    Object.assign(new PassThrough(), {
      isTTY: true,
      columns: 80,
      cursorTo: () => true,
      clearLine: () => true,
      moveCursor: () => true,
    });
  assert.equal(await drawnOn(plain, new PassThrough(), true), false);
  assert.equal(await drawnOn(terminal, screen(), false), false);
  assert.equal(await drawnOn(plain, screen(), false), true);
  assert.equal(await drawnOn(terminal, screen(), true), true);
});
