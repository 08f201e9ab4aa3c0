// Messages that travel inside byte fields of other messages.

export * from './consumer-protocol-assignment.ts';
export * from './consumer-protocol-subscription.ts';
export * from './default-principal-data.ts';
