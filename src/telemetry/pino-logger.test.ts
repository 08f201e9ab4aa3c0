import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../platform/index.ts';
import { chooseLogFormat, createPinoLogger, type PinoLoggerOptions } from './pino-logger.ts';

async function logging(options: Partial<PinoLoggerOptions> = {}) {
  const lines: string[] = [];
  const clock = new ManualClock(Date.UTC(2026, 0, 2, 3, 4, 5, 6));
  const logger = await createPinoLogger({ clock, destination: { write: (line) => void lines.push(line) }, ...options });
  return { logger, lines, fields: () => lines.map((line) => JSON.parse(line)) };
}

test('a json line has time, level, fields and message', async () => {
  const { logger, lines, fields } = await logging();
  logger.warn({ topic: 'orders', partition: 3, offset: 12n, leo: 2n ** 60n }, 'cut off a torn batch');
  assert.equal(lines[0]?.endsWith('}\n'), true);
  assert.deepEqual(fields(), [
    {
      level: 'warn',
      time: '2026-01-02T03:04:05.006Z',
      topic: 'orders',
      partition: 3,
      offset: 12,
      leo: '1152921504606846976',
      msg: 'cut off a torn batch',
    },
  ]);
});

test('a child logs its own fields with every line', async () => {
  const { logger, fields } = await logging();
  logger.child({ peer: '127.0.0.1:5000' }).child({ password: 'x' }).info({ api: 'Fetch' }, 'closed');
  const [line] = fields();
  assert.equal(line.peer, '127.0.0.1:5000');
  assert.equal(line.password, '[hidden]');
  assert.equal(line.api, 'Fetch');
});

test('levels below the chosen one are not written', async () => {
  const { logger, lines } = await logging({ level: 'warn' });
  logger.debug({}, 'no');
  logger.info({}, 'no');
  logger.error({}, 'yes');
  assert.equal(lines.length, 1);
  assert.equal((await logging({ level: 'silent' })).lines.length, 0);
});

test('a pretty line is short, and quotes what has spaces', async () => {
  const { logger, lines } = await logging({ format: 'pretty' });
  logger.info({ topic: 'orders', reason: 'disk is full', ids: [1, 2] }, 'stopped');
  assert.equal(lines[0], '03:04:05.006 info  stopped  topic=orders reason="disk is full" ids=[1,2]\n');
  logger.debug({}, 'not written');
  logger.warn({}, 'bare');
  assert.equal(lines[1], '03:04:05.006 warn  bare\n');
});

test('an error shows its message, and its stack only at level error', async () => {
  const { logger, lines } = await logging({ format: 'pretty' });
  const error = Object.assign(new Error('no space\nleft'), { code: 'ENOSPC' });
  logger.warn({ error }, 'retrying');
  assert.equal(lines[0], '03:04:05.006 warn  retrying  error="no space left"\n');
  logger.error({ error }, 'gave up');
  assert.match(lines[1] ?? '', /gave up {2}error="no space left"\n {4}at .+\n/);
});

for (const format of ['json', 'pretty'] as const) {
  test(`a peer cannot forge a ${format} line or steer the terminal`, async () => {
    const { logger, lines } = await logging({ format });
    const attack = 'x\r\n03:04:05 info  root logged in\x1b[2J\x00\u0085\u2028\u202e';
    logger
      .child({ [attack]: attack })
      .error({ [attack]: attack, nested: [{ deep: attack }], error: new Error(attack) }, attack);
    assert.equal(lines.length, 1);
    const [line = ''] = lines;
    assert.doesNotMatch(line.slice(0, -1).replaceAll('\n    at ', ''), /[\p{Cc}\u2028\u202e]/u);
    assert.equal(/^03:04:05 info/m.test(line), false);
  });
}

test('a field cannot pass for the level, time or text of its line', async () => {
  const { logger, lines, fields } = await logging();
  logger.info({ level: 'error', time: 5, msg: 'other' }, 'real');
  assert.equal(lines[0]?.match(/"level":/g)?.length, 1);
  const [line] = fields();
  assert.deepEqual([line.level, line.level_, line.time_, line.msg, line.msg_], ['info', 'error', 5, 'real', 'other']);
});

test('the format follows the terminal unless the environment asks', () => {
  assert.equal(chooseLogFormat(true, {}), 'pretty');
  assert.equal(chooseLogFormat(false, {}), 'json');
  assert.equal(chooseLogFormat(true, { LOG_FORMAT: 'json' }), 'json');
  assert.equal(chooseLogFormat(false, { LOG_FORMAT: 'pretty' }), 'pretty');
});
