// A client for tests that does exactly what it is told: any API in any version, or bytes that no honest client would send.

import type { Stream } from '../../platform/index.ts';
import {
  type Api,
  decodeResponse,
  encodeRequest,
  FrameReader,
  type RequestInput,
  type ResponseOf,
} from '../../protocol/index.ts';

const CLIENT_ID = 'test-client';
const MAX_RESPONSE_BYTES = 2 ** 31 - 1;

export class TestClient {
  readonly #stream: Stream;
  readonly #reader = new FrameReader(MAX_RESPONSE_BYTES, 'what a test takes');
  readonly #frames: Buffer[] = [];
  readonly #waiting: PromiseWithResolvers<Buffer>[] = [];
  readonly #closed = Promise.withResolvers<void>();
  #isClosed = false;
  #lastCorrelationId = 0;

  constructor(stream: Stream) {
    this.#stream = stream;
    stream.handle({
      onData: (chunk) => this.#reader.push(chunk, (frame) => this.#receive(frame)),
      onClose: () => {
        this.#isClosed = true;
        this.#closed.resolve();
        for (const { reject } of this.#waiting.splice(0)) reject(new Error('the broker closed the connection'));
      },
    });
  }

  /** Resolves when the broker has closed the connection. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** `host:port`, as the broker's log names this client. */
  get name(): string {
    return `${this.#stream.local.host}:${this.#stream.local.port}`;
  }

  /** Bytes that the broker has not taken yet. */
  get unsentBytes(): number {
    return this.#stream.bufferedBytes;
  }

  async send<A extends Api>(
    api: A,
    version: number,
    request: RequestInput<A>,
    clientId: string | null = CLIENT_ID,
  ): Promise<ResponseOf<A>> {
    const correlationId = this.write(api, version, request, clientId);
    const response = decodeResponse(api, version, await this.nextFrame());
    if (response.correlationId !== correlationId) {
      throw new Error(`the answer to ${correlationId} has the correlation id ${response.correlationId}`);
    }
    // The type that `api` has inside of a generic function forgets which fields its response has.
    return response.body as ResponseOf<A>;
  }

  /** Sends a request without waiting for its answer; returns its correlation id. */
  write<A extends Api>(api: A, version: number, request: RequestInput<A>, clientId: string | null = CLIENT_ID): number {
    const correlationId = ++this.#lastCorrelationId;
    this.#stream.write(encodeRequest(api, version, { correlationId, clientId }, request));
    return correlationId;
  }

  /** Sends a frame's content with the right length before it. */
  writeFrame(frame: Buffer): void {
    const length = Buffer.alloc(4);
    length.writeInt32BE(frame.length);
    this.writeBytes(Buffer.concat([length, frame]));
  }

  writeBytes(bytes: Buffer): void {
    this.#stream.write([bytes]);
  }

  /** The next answer, without its length. Rejects when the connection is closed first. */
  nextFrame(): Promise<Buffer> {
    const frame = this.#frames.shift();
    if (frame !== undefined) return Promise.resolve(frame);
    const wait = Promise.withResolvers<Buffer>();
    if (this.#isClosed) wait.reject(new Error('the broker closed the connection'));
    else this.#waiting.push(wait);
    return wait.promise;
  }

  /** Takes no more answers. */
  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  close(): void {
    this.#stream.destroy();
  }

  #receive(frame: Buffer): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#frames.push(frame);
    else waiting.resolve(frame);
  }
}
