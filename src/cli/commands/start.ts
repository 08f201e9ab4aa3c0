// `millrace start`: the one command that carries a broker. It imports as little as it can before the broker itself.

import { resolve } from 'node:path';
import type { LogLevelSetting } from '../../telemetry/index.ts';
import { command } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { styler } from '../output/style.ts';
import { readProperties } from '../properties.ts';
import { parseSettings } from '../settings.ts';

export const start = command({
  name: 'start',
  summary: 'Start a broker and run it until Ctrl-C or SIGTERM.',
  details: [
    "A file of Apache Kafka's, server.properties, works as it is; --override wins over it.",
    'Without a file the broker listens on 127.0.0.1:9092 and keeps its data in the directory data, unless --override says otherwise.',
    'Ctrl-C stops it cleanly, a second one at once.',
  ].join('\n'),
  positionals: [{ name: 'SERVER.PROPERTIES', doc: "settings, by Kafka's names" }],
  options: {
    override: { type: 'text', value: 'NAME=VALUE', short: 'o', doc: 'a setting, by its name in Kafka', multiple: true },
    daemon: { type: 'flag', doc: 'run in the background (-daemon does the same)' },
    'log-file': { type: 'text', value: 'PATH', default: 'millrace.log', doc: 'with --daemon: where its output goes' },
    'log-format': {
      type: 'text',
      value: 'FORM',
      choices: ['json', 'pretty'],
      doc: 'default pretty on a terminal, json elsewhere',
    },
    'log-level': {
      type: 'text',
      value: 'LEVEL',
      choices: ['debug', 'info', 'warn', 'error'],
      default: 'info',
      doc: 'what is logged',
    },
  },
  spellings: { '-daemon': '--daemon' },
  examples: [
    { command: 'millrace start', doc: 'for development' },
    {
      command: 'millrace start --override listeners=PLAINTEXT://127.0.0.1:9093 --override log.dirs=/var/lib/millrace',
      doc: 'elsewhere',
    },
    { command: 'millrace start server.properties --daemon', doc: 'as a server' },
  ],
  async run(context, options, [file]) {
    const overrides = parseSettings(options.override, 'override');
    const platform = await context.platform();
    const settings =
      file === undefined ? WITHOUT_A_FILE : await readProperties(file, (path) => platform.disk.readFile(path));
    if (options.daemon) {
      const { startDaemon } = await import('../daemon.ts');
      return startDaemon(context, options['log-file']);
    }
    const { chooseLogFormat, createPinoLogger } = await import('../../telemetry/index.ts');
    const isTerminal = context.stderr.isTTY ?? false;
    const logLevel: LogLevelSetting = { current: options['log-level'] as 'info' };
    const logger = await createPinoLogger({
      clock: platform.clock,
      level: logLevel,
      format: (options['log-format'] as 'json' | undefined) ?? chooseLogFormat(isTerminal, context.env),
      useColors: isTerminal && context.env.NO_COLOR === undefined,
    });
    const { startServer } = await import('../../server/index.ts');
    const { promise: failed, reject: fail } = Promise.withResolvers<never>();
    // Nobody may be waiting yet when it comes; whoever waits later still gets it.
    failed.catch(() => {});
    const server = await startServer({
      properties: { ...settings, ...overrides },
      logger,
      logLevel,
      platform,
      onFatalError: fail,
    });
    try {
      announce(context, server);
      await Promise.race([stopRequested(context.signal), failed]);
    } finally {
      await server.stop();
    }
  },
});

const WITHOUT_A_FILE = { listeners: 'PLAINTEXT://127.0.0.1:9092', 'log.dirs': 'data' };

interface Announced {
  readonly endpoints: readonly string[];
  readonly logDirs: readonly string[];
  readonly clusterId: string;
}

function announce(context: CommandContext, { endpoints, logDirs, clusterId }: Announced): void {
  const style = styler(context.stdout);
  const directories = logDirs.map((directory) => resolve(directory)).join(', ');
  const ready = `millrace ready on ${endpoints.join(', ')} (cluster ${clusterId}, data in ${directories})`;
  context.stdout.write(`${style('bold', ready)}\n`);
  // Under --daemon the process that was started by hand waits for this.
  process.send?.({ ready });
  if (!context.stdout.isTTY) return;
  const [address = ''] = endpoints;
  const server = address === '127.0.0.1:9092' ? '' : ` -b ${address}`;
  context.stdout.write(
    [
      `  write   ${style('cyan', `echo hello | bin/millrace produce greetings${server}`)}`,
      `  read    ${style('cyan', `bin/millrace consume greetings --from-beginning${server}`)}`,
      `  more    ${style('cyan', 'bin/millrace --help')}`,
      '  stop    Ctrl-C\n',
    ].join('\n'),
  );
}

function stopRequested(signal: AbortSignal): Promise<void> {
  return new Promise((resolvePromise) => {
    if (signal.aborted) resolvePromise();
    else signal.addEventListener('abort', () => resolvePromise(), { once: true });
  });
}
