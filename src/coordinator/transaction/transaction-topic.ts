// The internal topic that keeps transactional ids.

import type { TransactionConfig } from './transaction-context.ts';

export const TRANSACTION_TOPIC = '__transaction_state';

/** The settings that the topic is created with. */
export function transactionTopicConfigs(config: TransactionConfig): Readonly<Record<string, string>> {
  return {
    'unclean.leader.election.enable': 'false',
    'compression.type': 'uncompressed',
    'cleanup.policy': 'compact',
    'min.insync.replicas': String(config['transaction.state.log.min.isr']),
    'segment.bytes': String(config['transaction.state.log.segment.bytes']),
  };
}
