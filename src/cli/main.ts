// The entry point of `millrace`: gives the real process to `runCommandLine`. Imports as little as possible, since every start pays for it.

import { StopRequest } from './context.ts';
import { runCommandLine } from './run.ts';

const stop = new AbortController();

for (const source of ['SIGINT', 'SIGTERM'] as const) {
  process.on(source, () => {
    // The second time somebody is in a hurry.
    if (stop.signal.aborted) process.exit(130);
    stop.abort(new StopRequest(source));
  });
}

// `millrace consume | head` closes our output when it has seen enough: a reason to stop, not an error.
for (const output of [process.stdout, process.stderr]) {
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') stop.abort(new StopRequest('closed output'));
    else process.exit(1);
  });
}

// Timers of the platform do not keep a process alive; a command that is under way does.
const underWay = setInterval(() => {}, 2 ** 30);

const exitCode = await runCommandLine(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  platform: async () => (await import('../platform/index.ts')).createNodePlatform(),
  signal: stop.signal,
});

clearInterval(underWay);
process.exitCode = exitCode;
// A read of stdin that nobody waits for would hold the process.
process.stdin.unref?.();
