// The options that every command with a broker shares, and the client that they make.

import type { ClientOptions } from '../client/index.ts';
import type { Platform } from '../platform/index.ts';
import type { OptionTable, OptionValues } from './command.ts';
import type { CommandContext } from './context.ts';
import { readProperties } from './properties.ts';
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
  const file = options['command-config'];
  const properties = file === undefined ? {} : await readProperties(file, (path) => readFile(context, path));
  const apiTimeoutMs = Math.ceil(options.timeout * 1000);
  const settings = readClientProperties(properties, file ?? '');
  for (const name of settings.unknown)
    context.stderr.write(`millrace: ${file}: ${name} is not a setting of this client, it is ignored\n`);
  return {
    platform: await context.platform(),
    clientId: settings.clientId ?? 'millrace-cli',
    bootstrapServers:
      options['bootstrap-server'] ??
      settings.bootstrapServers ??
      context.env.MILLRACE_BOOTSTRAP_SERVER ??
      DEFAULT_BOOTSTRAP_SERVER,
    apiTimeoutMs,
    requestTimeoutMs: Math.min(settings.requestTimeoutMs ?? 30_000, apiTimeoutMs),
    bootstrapTimeoutMs: BOOTSTRAP_TIMEOUT_MS,
    connectTimeoutMs: Math.min(10_000, apiTimeoutMs),
    retryBackoffMs: settings.retryBackoffMs,
  };
}

interface FileSettings {
  readonly clientId: string | undefined;
  readonly bootstrapServers: string | undefined;
  readonly requestTimeoutMs: number | undefined;
  readonly retryBackoffMs: number | undefined;
  readonly unknown: readonly string[];
}

function readClientProperties(properties: Readonly<Record<string, string>>, file: string): FileSettings {
  const protocol = properties['security.protocol'] ?? 'PLAINTEXT';
  if (protocol.toUpperCase() !== 'PLAINTEXT') {
    throw new UsageError(`${file}: security.protocol=${protocol} is not served by this client, only PLAINTEXT is`);
  }
  const known = new Set([
    'security.protocol',
    'client.id',
    'bootstrap.servers',
    'request.timeout.ms',
    'retry.backoff.ms',
  ]);
  const milliseconds = (name: string) => {
    const text = properties[name];
    if (text !== undefined && !/^\d+$/.test(text))
      throw new UsageError(`${file}: ${name}=${text} is no number of milliseconds`);
    return text === undefined ? undefined : Number(text);
  };
  return {
    clientId: properties['client.id'],
    bootstrapServers: properties['bootstrap.servers'],
    requestTimeoutMs: milliseconds('request.timeout.ms'),
    retryBackoffMs: milliseconds('retry.backoff.ms'),
    unknown: Object.keys(properties).filter((name) => !known.has(name)),
  };
}

async function readFile(context: CommandContext, path: string): Promise<Buffer> {
  const { disk } = await context.platform();
  return disk.readFile(path);
}
