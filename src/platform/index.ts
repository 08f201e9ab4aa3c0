// The outside world behind four contracts: clock, disk, network, random.

export { type Clock, sleep, type Timer } from './clock.ts';
export {
  type DirectoryEntry,
  type Disk,
  type DiskFile,
  type DiskLock,
  type EntryKind,
  type FileStatus,
  makeEmpty,
  makeLastingDirectory,
  type OpenOptions,
  replaceFile,
  writeFileAtomically,
} from './disk.ts';
export { type GetOverHttps, getOverHttps, type HttpsRequest } from './https.ts';
export { ManualClock } from './manual-clock.ts';
export { MemoryDisk, type MemoryDiskOptions } from './memory-disk.ts';
export { MemoryNetwork, type MemoryNetworkOptions } from './memory-network.ts';
export { assertReplaceable, findDirectory, findNode, findParent, missingPath, namesOf } from './name-tree.ts';
export type { Address, Listener, Network, Stream, StreamHandlers } from './network.ts';
export { holdingNodeClock, nodeClock } from './node-clock.ts';
export { nodeDisk } from './node-disk.ts';
export { nodeNetwork } from './node-network.ts';
export { createNodePlatform } from './node-platform.ts';
export { nodeRandom } from './node-random.ts';
export type { Platform } from './platform.ts';
export type { Random } from './random.ts';
export { SeededRandom } from './seeded-random.ts';
export { errorCode, systemError } from './system-error.ts';
export { createTestAuthority, type TestAuthority } from './test-authority.ts';
export type {
  TlsClientSettings,
  TlsIdentity,
  TlsListenerOptions,
  TlsServerSettings,
  TlsSession,
  TlsVersion,
  UnsecuredClient,
} from './tls.ts';
