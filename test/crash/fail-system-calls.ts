// Makes system calls of a running process fail, with strace's fault injection.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface FailingCalls extends AsyncDisposable {
  /** Calls that have failed so far. */
  readonly count: number;
}

/** From now on, and until disposed of, these calls (`fdatasync,fsync`) of the process fail with the error (`EIO`). */
export async function failSystemCalls(
  strace: string,
  pid: number,
  calls: string,
  error: string,
): Promise<FailingCalls> {
  const parameters = ['-f', '-p', String(pid), '-e', `trace=${calls}`, '-e', `inject=${calls}:error=${error}`];
  const child = spawn(strace, parameters, { stdio: ['ignore', 'ignore', 'pipe'] });
  let count = 0;
  const attached = Promise.withResolvers<void>();
  child.once('error', attached.reject);
  child.once('exit', () => attached.reject(new Error(`${strace} could not attach to process ${pid}`)));
  createInterface(child.stderr).on('line', (line) => {
    if (line.includes('attached')) attached.resolve();
    if (line.includes('(INJECTED)')) count++;
  });
  await attached.promise;
  return {
    get count() {
      return count;
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGINT');
      await exited;
    },
  };
}
