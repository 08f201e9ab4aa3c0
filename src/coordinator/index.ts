export { Awaiting } from './runtime/awaiting.ts';
export type { CoordinatorLog, LoadVisitor, LogRecord } from './runtime/coordinator-log.ts';
export { CoordinatorRuntime, type CoordinatorRuntimeOptions } from './runtime/coordinator-runtime.ts';
export { partitionFor } from './runtime/partition-for.ts';
export type { RecordSerde } from './runtime/record-serde.ts';
export type { OperationResult, ReplayContext, ShardContext, StateMachine } from './runtime/state-machine.ts';
