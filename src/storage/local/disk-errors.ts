// Which errors of a disk mean what.

import { errorCode } from '../../platform/index.ts';

/** Writing can go on once space has been freed; nothing that was written before is in doubt. */
export function isDiskFull(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/** The disk or the system refused, as opposed to bytes that make no sense. */
export function isSystemError(error: unknown): boolean {
  const code = errorCode(error);
  return code !== undefined && /^E[A-Z0-9]+$/.test(code);
}
