// One request on a connection of its own, for protocols that no client of ours speaks.

import type { Address, Clock, Network } from '../platform/index.ts';
import {
  type Api,
  decodeResponse,
  encodeRequest,
  FrameReader,
  type RequestInput,
  type ResponseOf,
} from '../protocol/index.ts';

const TIMEOUT_MS = 3000;
const MOST_BYTES = 1024 * 1024;

/** Rejects where there is no answer in time; then nobody knows whether the broker was reached. */
export async function askBroker<A extends Api>(
  { network, clock, address }: { readonly network: Network; readonly clock: Clock; readonly address: Address },
  api: A,
  version: number,
  request: RequestInput<A>,
): Promise<ResponseOf<A>> {
  const limit = new AbortController();
  const timer = clock.schedule(TIMEOUT_MS, () => limit.abort(new Error(`no answer to ${api.name}`)));
  const answer = Promise.withResolvers<Buffer>();
  limit.signal.addEventListener('abort', () => answer.reject(limit.signal.reason));
  // Until it is waited for below.
  answer.promise.catch(() => {});
  try {
    const stream = await network.connect(address, limit.signal);
    try {
      const reader = new FrameReader(MOST_BYTES, 'what is asked for');
      stream.handle({
        onData: (chunk) => reader.push(chunk, (frame) => answer.resolve(frame)),
        onClose: () => answer.reject(new Error(`the connection ended before the answer to ${api.name}`)),
      });
      stream.write(encodeRequest(api, version, { correlationId: 1, clientId: 'asker' }, request));
      // The type that `api` has inside of a generic function forgets which fields its response has.
      return decodeResponse(api, version, await answer.promise).body as ResponseOf<A>;
    } finally {
      stream.destroy();
    }
  } finally {
    timer.cancel();
  }
}
