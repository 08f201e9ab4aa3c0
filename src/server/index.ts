// The door of the server module.

export { configRegistry, configSchema } from './config-registry.ts';
export { StartError } from './start-error.ts';
export { type RunningServer, type ServerOptions, startServer } from './start-server.ts';
