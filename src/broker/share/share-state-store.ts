// The kept state of share partitions for those who need it, and who can wait a little: the topic of the state is made when it is first needed,
// and the state may still be loading.

import type { ShareStateStore } from '../../coordinator/index.ts';
import { type Clock, sleep } from '../../platform/index.ts';
import { errorName } from '../../protocol/index.ts';

export interface ShareStateStoreOptions {
  readonly coordinator: ShareStateStore;
  readonly clock: Clock;
  /** Resolves when the topic of the state is there. */
  createTopic(): Promise<unknown>;
}

const FIRST_BACKOFF_MS = 10;
const MAX_BACKOFF_MS = 1000;
/** For so long a request is repeated while the state is loading. */
const MAX_WAIT_MS = 10_000;
const TRANSIENT: ReadonlySet<string | undefined> = new Set([
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
]);

export function patientShareStateStore(options: ShareStateStoreOptions): ShareStateStore {
  const { coordinator } = options;
  return {
    initializeState: (request) => patiently(options, () => coordinator.initializeState(request)),
    readState: (request) => patiently(options, () => coordinator.readState(request)),
    writeState: (request) => patiently(options, () => coordinator.writeState(request)),
    deleteState: (request) => patiently(options, () => coordinator.deleteState(request)),
    readStateSummary: (request) => patiently(options, () => coordinator.readStateSummary(request)),
  };
}

interface Results {
  readonly results: readonly { readonly partitions: readonly { readonly errorCode: number }[] }[];
}

/** All requests can be repeated: each sets what it names, whatever was there. */
async function patiently<R extends Results>(
  { clock, createTopic }: ShareStateStoreOptions,
  ask: () => Promise<R>,
): Promise<R> {
  const deadlineMs = clock.monotonic() + MAX_WAIT_MS;
  for (let backoffMs = FIRST_BACKOFF_MS; ; backoffMs = Math.min(backoffMs * 2, MAX_BACKOFF_MS)) {
    const answer = await ask();
    const isTransient = answer.results.some(({ partitions }) =>
      partitions.some(({ errorCode }) => TRANSIENT.has(errorName(errorCode))),
    );
    if (!isTransient || clock.monotonic() + backoffMs > deadlineMs) return answer;
    await createTopic();
    await sleep(clock, backoffMs);
  }
}
