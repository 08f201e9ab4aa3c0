// A whole session on a fresh broker of the chosen kind.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../support/broker-process.ts';
import { isApacheKafka, startTestBroker, type TestBroker } from '../support/test-broker.ts';
import { toText } from './normalise.ts';
import { runTools } from './run-tools.ts';
import { COMMON_SETTINGS, type Session } from './session.ts';

/** Apache Kafka answers some changes before all of it has heard of them. */
const PAUSE_MS = isApacheKafka ? 300 : 0;

export interface SessionRun extends AsyncDisposable {
  readonly broker: TestBroker;
  /** Normalised. */
  readonly text: string;
}

export async function runSession(classPath: string, session: Session): Promise<SessionRun> {
  const secured = `127.0.0.1:${await freePort()}`;
  const { securedProtocol, dataFolders } = session;
  const broker = await startTestBroker([...COMMON_SETTINGS, ...session.settings], {
    listeners: securedProtocol ? [`${securedProtocol}://${secured}`] : [],
    dataFolders,
  });
  try {
    const { bootstrap, directory: folder } = broker;
    const input = { bootstrap, secured: securedProtocol ? secured : bootstrap, folder };
    for (const [name, content] of Object.entries(session.files))
      await writeFile(join(folder, name), content.replaceAll('FOLDER', folder));
    const text = toText(await runTools(classPath, session.steps(input), PAUSE_MS), input);
    return { broker, text, [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose]() };
  } catch (error) {
    await broker[Symbol.asyncDispose]();
    throw error;
  }
}
