// A pool of file handles.
import type { Disk } from '../platform/index.ts';
export declare class OpenFiles {
  constructor(disk: Disk, maxOpenFiles: number);
  close(): Promise<void>;
}
