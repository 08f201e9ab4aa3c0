// The door of the server module.

export { configRegistry, configSchema } from './config-registry.ts';
export { type NamedStorage, namedStorage } from './named-storage.ts';
export { StartError } from './start-error.ts';
export { type RunningServer, type ServerOptions, startServer } from './start-server.ts';
