// Puts back what is the machine's and not the process's: when it is disposed of, and also when the process ends before, by itself or by a signal.

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** Calls `undo` once. Only a kill -9 prevents it. */
export function onEnd(undo: () => void): Disposable {
  let isDone = false;
  const once = () => {
    if (isDone) return;
    isDone = true;
    process.removeListener('exit', once);
    for (const signal of SIGNALS) process.removeListener(signal, end);
    undo();
  };
  // The exit runs what others have to undo.
  const end = () => process.exit(1);
  process.once('exit', once);
  for (const signal of SIGNALS) process.once(signal, end);
  return { [Symbol.dispose]: once };
}

/** Whether the process that left something behind may still need it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
