// The whole session on a fresh broker of the chosen kind.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isApacheKafka, startTestBroker, type TestBroker } from '../support/test-broker.ts';
import { toText } from './normalise.ts';
import { runTools } from './run-tools.ts';
import { FILES, SETTINGS, session } from './session.ts';

/** Apache Kafka answers some changes before all of it has heard of them. */
const PAUSE_MS = isApacheKafka ? 300 : 0;

export interface SessionRun extends AsyncDisposable {
  readonly broker: TestBroker;
  /** Normalised. */
  readonly text: string;
}

export async function runSession(classPath: string): Promise<SessionRun> {
  const broker = await startTestBroker(SETTINGS);
  try {
    const input = { bootstrap: broker.bootstrap, folder: broker.directory };
    for (const [name, content] of Object.entries(FILES)) await writeFile(join(input.folder, name), content);
    const text = toText(await runTools(classPath, session(input), PAUSE_MS), input);
    return { broker, text, [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose]() };
  } catch (error) {
    await broker[Symbol.asyncDispose]();
    throw error;
  }
}
