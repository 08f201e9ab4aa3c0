// `millrace format`: makes log directories known as a cluster's before its first start, with users who can then log in. A start does the former by
// itself; users are needed where there is no listener on which somebody could make them.

import { Admin, type ScramUserChange } from '../../client/index.ts';
import { MemoryDisk, MemoryNetwork, type Platform } from '../../platform/index.ts';
import { isUuid, randomUuid } from '../../protocol/index.ts';
import { silentLogger } from '../../telemetry/index.ts';
import { command } from '../command.ts';
import { readProperties } from '../properties.ts';
import { parseScramUser } from '../scram-user.ts';
import { parseSettings } from '../settings.ts';
import { UsageError } from '../usage-error.ts';

const LISTENER = '127.0.0.1:9092';

export const format = command({
  name: 'format',
  summary: "Prepare a broker's log directories, and its first users.",
  details:
    'A start prepares new directories by itself. This is for a cluster id of your choice, and for users who are to log in from the start on.',
  positionals: [{ name: 'SERVER.PROPERTIES', doc: "settings, by Kafka's names" }],
  options: {
    override: { type: 'text', value: 'NAME=VALUE', short: 'o', doc: 'a setting, by its name in Kafka', multiple: true },
    'cluster-id': { type: 'text', value: 'ID', short: 't', doc: 'default: a new one' },
    'add-scram': {
      type: 'text',
      value: 'USER',
      short: 'S',
      doc: 'a user: SCRAM-SHA-512=[name=NAME,password=PASSWORD,iterations=N]',
      multiple: true,
    },
    'ignore-formatted': { type: 'flag', short: 'g', doc: 'leave alone what is formatted already' },
  },
  examples: [
    {
      command: "millrace format server.properties --add-scram 'SCRAM-SHA-512=[name=admin,password=admin-secret]'",
      doc: 'with a user',
    },
  ],
  async run(context, options, [file]) {
    const users = options['add-scram'].map(parseScramUser);
    const clusterId = options['cluster-id'];
    if (clusterId !== undefined && !isUuid(clusterId))
      throw new UsageError(`--cluster-id cannot be ${clusterId}: an id is 16 bytes in 22 characters of base64url`);
    const platform = await context.platform();
    const texts = file === undefined ? {} : await readProperties(file, (path) => platform.disk.readFile(path));
    const { namedStorage } = await import('../../server/index.ts');
    const storage = namedStorage({ ...texts, ...parseSettings(options.override, 'override') });
    const { readMetaProperties, writeMetaProperties } = await import('../../log/index.ts');
    const fresh: string[] = [];
    for (const path of storage.logDirs) {
      if ((await readMetaProperties(platform.disk, path)) === undefined) fresh.push(path);
      else if (!options['ignore-formatted'])
        throw new Error(
          `Log directory ${path} is already formatted. Use --ignore-formatted to ignore this directory and format the others.`,
        );
    }
    const [first] = fresh;
    if (first === undefined) {
      context.stdout.write('All of the log directories are already formatted.\n');
      return;
    }
    // On a disk in memory first: what is wrong with the users or the settings is told before anything is written.
    await startOnce({ ...platform, disk: new MemoryDisk(platform.clock) }, storage.properties, users);
    if (fresh.length === storage.logDirs.length) {
      const { nodeId } = storage;
      await platform.disk.makeDirectory(first);
      const id = clusterId ?? randomUuid(platform.random);
      await writeMetaProperties(platform.disk, first, { clusterId: id, nodeId, directoryId: undefined });
    }
    await startOnce(platform, storage.properties, users);
    for (const path of fresh) context.stdout.write(`formatted ${path}\n`);
    for (const { user, mechanism } of users) context.stdout.write(`added user ${user} with ${mechanism}\n`);
  },
});

/** What a broker writes at its first start is written by a broker, which nobody but this process can reach. */
async function startOnce(
  actual: Platform,
  properties: Readonly<Record<string, string>>,
  users: readonly ScramUserChange[],
): Promise<void> {
  const { startServer } = await import('../../server/index.ts');
  const platform = { ...actual, network: new MemoryNetwork() };
  const listeners = `PLAINTEXT://${LISTENER}`;
  const server = await startServer({ properties: { ...properties, listeners }, logger: silentLogger, platform });
  try {
    if (users.length === 0) return;
    await using admin = new Admin({ bootstrapServers: LISTENER, platform });
    const failed = (await admin.alterScramUsers(users)).find(({ error }) => error);
    if (failed?.error) throw failed.error;
  } finally {
    await server.stop();
  }
}
