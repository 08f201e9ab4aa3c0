// The options that every command with a broker shares, and the client that they make.

import { type ClientOptions, readSecurityProperties, SECURITY_PROPERTIES } from '../client/index.ts';
import { ConfigError, int, long, readConfig, string } from '../config/index.ts';
import type { Platform } from '../platform/index.ts';
import type { OptionTable, OptionValues } from './command.ts';
import type { CommandContext } from './context.ts';
import { readProperties } from './properties.ts';
import { requestToken } from './request-token.ts';
import { UsageError } from './usage-error.ts';

export const clientOptionTable = {
  'bootstrap-server': {
    type: 'text',
    value: 'HOST:PORT',
    short: 'b',
    doc: 'brokers to ask first, comma-separated (default MILLRACE_BOOTSTRAP_SERVER or 127.0.0.1:9092)',
  },
  'command-config': {
    type: 'text',
    value: 'FILE',
    doc: "a properties file with the client's settings, by Kafka's names",
  },
  timeout: {
    type: 'number',
    value: 'SECONDS',
    doc: 'give up after this long',
    min: 0.001,
    fractions: true,
    default: 30,
  },
} as const satisfies OptionTable;

export const jsonOption = { json: { type: 'flag', doc: 'print JSON, for programs' } } as const satisfies OptionTable;

// Nobody wants to look at a silent terminal for long when there is no broker.
const BOOTSTRAP_TIMEOUT_MS = 2000;
const DEFAULT_BOOTSTRAP_SERVER = '127.0.0.1:9092';

/** A client's options, with the platform that the command itself stands on. */
export interface CommandClientOptions extends ClientOptions {
  readonly platform: Platform;
}

/** Reads the common options; settings of the file that this client does not know are named on stderr. */
export async function clientOptions(
  context: CommandContext,
  options: OptionValues<typeof clientOptionTable>,
): Promise<CommandClientOptions> {
  const platform = await context.platform();
  const file = options['command-config'];
  const properties = file === undefined ? {} : await readProperties(file, (path) => platform.disk.readFile(path));
  const settings = await inFile(file, () => readClientProperties(properties, platform));
  for (const name of Object.keys(properties).filter((name) => !KNOWN_PROPERTIES.has(name)))
    context.stderr.write(`millrace: ${file}: ${name} is not a setting of this client, it is ignored\n`);
  const apiTimeoutMs = Math.ceil(options.timeout * 1000);
  return {
    platform,
    security: settings.security,
    clientId: settings['client.id'],
    bootstrapServers:
      options['bootstrap-server'] ??
      settings['bootstrap.servers'] ??
      context.env.MILLRACE_BOOTSTRAP_SERVER ??
      DEFAULT_BOOTSTRAP_SERVER,
    apiTimeoutMs,
    requestTimeoutMs: Math.min(settings['request.timeout.ms'], apiTimeoutMs),
    bootstrapTimeoutMs: BOOTSTRAP_TIMEOUT_MS,
    connectTimeoutMs: Math.min(10_000, apiTimeoutMs),
    retryBackoffMs: settings['retry.backoff.ms'],
  };
}

const clientPropertyTable = {
  'client.id': string({ default: 'millrace-cli', doc: 'The name under which brokers know the client.' }),
  'bootstrap.servers': string({ default: null, doc: 'Brokers to ask first.' }),
  'request.timeout.ms': int({ default: '30000', min: 0, doc: 'Wait for one answer, ms.' }),
  'retry.backoff.ms': long({ default: '100', min: 0, doc: 'Wait between attempts, ms.' }),
} as const;

const KNOWN_PROPERTIES = new Set([...Object.keys(clientPropertyTable), ...SECURITY_PROPERTIES]);

async function readClientProperties(properties: Readonly<Record<string, string>>, { disk, clock }: Platform) {
  const security = await readSecurityProperties(properties, { disk, clock, requestToken });
  return { ...readConfig(clientPropertyTable, properties), security };
}

/** What is wrong with a setting of the file is wrong with the command line. */
async function inFile<T>(file: string | undefined, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ConfigError) throw new UsageError(`${file}: ${error.message}`);
    throw error;
  }
}
