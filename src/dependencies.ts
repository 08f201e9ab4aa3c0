// Which module may use what: DESIGN's table as data. `dependencies.test.ts` checks every import and every use of the outside world in src/
// against it. A new module starts with its row here.

export interface ModuleRules {
  /** Modules that it may import, by their doors. */
  readonly modules: readonly string[];
  /** Modules of Node beyond `harmlessNodeModules`. `*` stands for all of them. */
  readonly node?: readonly string[];
  /** npm packages. Each has its reason in docs/decisions/. */
  readonly packages?: readonly string[];
  /** True where time, chance, environment and process may be used as they are, instead of being passed in. Default false. */
  readonly isEdge?: boolean;
}

export const moduleRules: Readonly<Record<string, ModuleRules>> = {
  platform: { modules: [], node: ['crypto', 'fs', 'https', 'net', 'sqlite', 'tls'], isEdge: true },
  telemetry: { modules: ['platform'], packages: ['pino', 'prom-client'] },
  config: { modules: [] },
  security: { modules: ['platform', 'config'], node: ['crypto', 'module'], packages: ['jose', 're2js'] },
  protocol: { modules: [], node: ['module', 'zlib'], packages: ['@node-rs/crc32', '@platformatic/wasm-utils'] },
  // zlib for the checksum of batches in the formats before Kafka 0.11, crypto for the hashes by which compaction knows keys.
  log: { modules: ['platform', 'telemetry', 'config', 'protocol'], node: ['crypto', 'zlib'] },
  coordinator: {
    modules: ['platform', 'telemetry', 'config', 'protocol'],
    node: ['module'],
    packages: ['re2js'],
  },
  metadata: { modules: ['platform', 'telemetry', 'config', 'security', 'protocol', 'coordinator'] },
  storage: { modules: ['platform', 'telemetry', 'config', 'protocol', 'log'] },
  broker: {
    modules: ['platform', 'telemetry', 'config', 'security', 'protocol', 'log', 'coordinator', 'metadata', 'storage'],
  },
  client: { modules: ['platform', 'telemetry', 'config', 'security', 'protocol'] },
  kafkajs: { modules: ['platform', 'telemetry', 'client'] },
  server: {
    modules: [
      'platform',
      'telemetry',
      'config',
      'security',
      'protocol',
      'log',
      'coordinator',
      'metadata',
      'storage',
      'broker',
    ],
    node: ['*'],
    isEdge: true,
  },
  cli: {
    modules: ['platform', 'telemetry', 'config', 'protocol', 'client'],
    node: ['*'],
    packages: ['cli-progress'],
    isEdge: true,
  },
  testing: { modules: ['platform', 'telemetry', 'client', 'server'], isEdge: true },
  // Only the hash of the trace needs crypto; chance comes from the seed.
  simulation: {
    modules: [
      'platform',
      'telemetry',
      'config',
      'protocol',
      'log',
      'coordinator',
      'metadata',
      'storage',
      'broker',
      'client',
      'server',
    ],
    node: ['crypto'],
  },
};

/** Single files that may import a module which the rest of their module may not. */
export const fileExceptions: Readonly<Record<string, readonly string[]>> = {
  // The command line is a client of the protocol; only this command and the next carry a broker.
  'cli/commands/start.ts': ['server'],
  // Prepares the directories of a broker, and lets one make the first users.
  'cli/commands/format.ts': ['server', 'log'],
  // `log dump` reads the files of a broker without one.
  'cli/log-dump/dump-index.ts': ['log'],
  'cli/log-dump/dump-journal.ts': ['storage'],
  'cli/log-dump/dump-segment.ts': ['log'],
  'cli/log-dump/find-files.ts': ['log', 'storage'],
  // So do `log verify` and `log repair`.
  'cli/commands/log-repair.ts': ['log'],
  'cli/commands/log-verify.ts': ['log'],
  'cli/log-verify/journal-gap.ts': ['log', 'storage'],
  'cli/log-verify/print-report.ts': ['log'],
  'cli/log-verify/verify-partition.ts': ['log'],
};

/** They do no I/O, keep no time and hold no state of their own. */
export const harmlessNodeModules: readonly string[] = [
  'assert',
  'assert/strict',
  'buffer',
  'events',
  'path',
  'url',
  'util',
];

/** What reaches the outside world without an import, and the contract to use instead. */
export const ambientWorld: readonly { readonly pattern: RegExp; readonly instead: string }[] = [
  { pattern: /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bhrtime\b/, instead: 'the Clock that is passed in' },
  { pattern: /(?<![.\w])set(Timeout|Interval)\(/, instead: 'Clock.schedule or sleep' },
  { pattern: /\bMath\.random\(|\bcrypto\.(getRandomValues|randomUUID)\(/, instead: 'the Random that is passed in' },
  {
    pattern: /\bprocess\.(env|argv|exit|on|stdout|stderr|cwd|chdir)\b|\bconsole\./,
    instead: 'values and a Logger that are passed in',
  },
  { pattern: /(?<=await |return |= )fetch\(|\bnew WebSocket\(/, instead: 'the Network that is passed in' },
];
