// The settings by which a share group consumes: its own, as GROUP configs have them, or the broker's.

import type { Isolation } from '../../storage/index.ts';
import type { ShareConfig } from './share-config.ts';

export interface ShareSettings {
  readonly recordLockDurationMs: number;
  readonly deliveryCountLimit: number;
  readonly maxRecordLocks: number;
  readonly isRenewAllowed: boolean;
  readonly isolation: Isolation;
  readonly offsetReset: OffsetReset;
}

/** Where a share group begins in a partition that it has never read. */
export type OffsetReset = { readonly to: 'earliest' | 'latest' } | { readonly to: 'duration'; readonly agoMs: number };

/** `own` are the texts of the group. Its numbers keep within the broker's bounds, which may have become narrower since they were set. */
export function shareSettings(own: Readonly<Record<string, string>>, config: ShareConfig): ShareSettings {
  const number = (name: 'record.lock.duration.ms' | 'delivery.count.limit' | 'partition.max.record.locks') => {
    const text = own[`share.${name}`];
    if (text === undefined) return config[`group.share.${name}`];
    return Math.min(Math.max(Number(text), config[`group.share.min.${name}`]), config[`group.share.max.${name}`]);
  };
  return {
    recordLockDurationMs: number('record.lock.duration.ms'),
    deliveryCountLimit: number('delivery.count.limit'),
    maxRecordLocks: number('partition.max.record.locks'),
    isRenewAllowed: own['share.renew.acknowledge.enable'] !== 'false',
    isolation: own['share.isolation.level'] === 'read_committed' ? 'read_committed' : 'read_uncommitted',
    offsetReset: parseOffsetReset(own['share.auto.offset.reset'] ?? 'latest'),
  };
}

/** The texts are those that the setting allows: `earliest`, `latest`, `by_duration:P1DT2H3M4.5S`. */
function parseOffsetReset(text: string): OffsetReset {
  if (text === 'earliest' || text === 'latest') return { to: text };
  const match = /^by_duration:P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/i.exec(text);
  const [days, hours, minutes, seconds] = (match?.slice(1) ?? []).map((part) => Number(part ?? 0));
  const allHours = (days ?? 0) * 24 + (hours ?? 0);
  return { to: 'duration', agoMs: Math.floor(((allHours * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)) * 1000) };
}
