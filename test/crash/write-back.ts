// How often the kernel writes dirty pages back by itself. The setting is the whole machine's.

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive, onEnd } from './on-end.ts';

const WRITE_BACK = '/proc/sys/vm/dirty_writeback_centisecs';
/** What the setting was, and the process that changed it: for the next run, should that process be killed. */
const KEPT = join(tmpdir(), 'millrace-write-back');

/** The kernel writes nothing back by itself until this is disposed of. */
export function postponeWriteBack(): Disposable {
  restoreAfterKill();
  const before = readFileSync(WRITE_BACK, 'utf8');
  writeFileSync(KEPT, `${process.pid} ${before}`);
  writeFileSync(WRITE_BACK, '0');
  return onEnd(() => {
    writeFileSync(WRITE_BACK, before);
    rmSync(KEPT, { force: true });
  });
}

function restoreAfterKill(): void {
  if (!existsSync(KEPT)) return;
  const [pid = '', before = ''] = readFileSync(KEPT, 'utf8').split(' ');
  if (!isAlive(Number(pid))) writeFileSync(WRITE_BACK, before);
}
