// The door of the command line, for who runs it inside of a process.

export { type CommandContext, StopRequest } from './context.ts';
export { runCommandLine } from './run.ts';
