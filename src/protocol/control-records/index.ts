// The bodies of control records, in partitions and in the metadata log.

export * from './control-record-type-schema.ts';
export * from './end-txn-marker.ts';
export * from './kraft-version-record.ts';
export * from './leader-change-message.ts';
export * from './snapshot-footer-record.ts';
export * from './snapshot-header-record.ts';
export * from './voters-record.ts';
