// Which errors of a disk mean what. A log wraps what the disk said, so the cause counts too.

import { errorCode } from '../../platform/index.ts';

/** Writing can go on once space has been freed; nothing that was written before is in doubt. */
export function isDiskFull(error: unknown): boolean {
  const code = diskErrorCode(error);
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/** The disk or the system refused, as opposed to bytes that make no sense. */
export function isSystemError(error: unknown): boolean {
  return diskErrorCode(error) !== undefined;
}

/** What the disk said, not what was made of it on the way. */
export function innermostMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? innermostMessage(error.cause) : error.message;
}

function diskErrorCode(error: unknown): string | undefined {
  const code = errorCode(error);
  // Node's own errors, of wrong arguments and the like, have codes that begin with ERR_.
  if (code !== undefined && /^E[A-Z0-9]+$/.test(code)) return code;
  return error instanceof Error && error.cause !== undefined ? diskErrorCode(error.cause) : undefined;
}
