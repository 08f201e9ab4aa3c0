// Errors with the codes of the operating system, for the implementations that have no operating system below them.

/** An error that looks like Node's own: the code in `code`, the call in `syscall`, the file in `path`. */
export function systemError(code: string, syscall: string, subject: string, reason: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${reason}, ${syscall} '${subject}'`), { code, syscall, path: subject });
}

/** The code of a system error, or undefined for any other thrown value. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
