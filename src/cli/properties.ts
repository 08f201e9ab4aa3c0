// Files of settings that a command is given: server.properties, --command-config.

import { parseProperties } from '../config/index.ts';
import { UsageError } from './usage-error.ts';

/** Reads the file. A missing or unreadable one is a `UsageError` that names it. */
export async function readProperties(
  path: string,
  read: (path: string) => Promise<Buffer>,
): Promise<Record<string, string>> {
  let content: Buffer;
  try {
    content = await read(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    throw new UsageError(`Cannot read ${path}: ${code === 'ENOENT' ? 'there is no such file' : String(error)}`);
  }
  try {
    return parseProperties(content.toString('utf8'));
  } catch (error) {
    throw new UsageError(`Cannot read ${path}: ${error instanceof Error ? error.message : error}`);
  }
}
