// `start --daemon`: the same command again, in a process of its own that outlives this one. This one stays until the broker is ready, so
// that a failure is seen where it was asked for.

import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CommandContext } from './context.ts';

/** Resolves when the broker answers; rejects when its process ended before. */
export async function startDaemon(context: CommandContext, logFile: string): Promise<void> {
  const log = openSync(logFile, 'a');
  const args = process.argv.slice(1).filter((arg) => arg !== '--daemon' && arg !== '-daemon');
  const child = spawn(process.execPath, [...process.execArgv, ...args], {
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  });
  const ready = await new Promise<string>((resolvePromise, reject) => {
    child.once('message', (message: { readonly ready: string }) => resolvePromise(message.ready));
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(
        new Error(
          `The broker did not start (${signal ?? `exit code ${code}`}); its last words are in ${resolve(logFile)}`,
        ),
      ),
    );
  });
  child.disconnect();
  child.unref();
  context.stdout.write(`${ready}\nprocess ${child.pid}, log in ${resolve(logFile)}, stop it with: kill ${child.pid}\n`);
}
