// Documents over HTTPS, read through Node's client.

export interface HttpsRequest {
  readonly url: URL;
  /** PEM texts of the authorities whose servers are trusted. Undefined for those that Node knows. */
  readonly trusted: readonly string[] | undefined;
  /** A longer document is refused. */
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

/** Rejects with the reason where there is no document: anything but status 200, redirections too, is a failure. */
export type GetOverHttps = (request: HttpsRequest) => Promise<Buffer>;

export const getOverHttps: GetOverHttps = ({ url, trusted, maxBytes, timeoutMs }) => {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const options = {
    // The connection must not outlive the request.
    agent: false,
    signal: AbortSignal.timeout(timeoutMs),
    headers: { accept: 'application/json' },
    ...(trusted && { ca: [...trusted] }),
  } as const;
  // Loaded where it is first needed, because of its memory.
  const sent = process.getBuiltinModule('node:https').request(url, options, (response) => {
    const refuse = (reason: string) => {
      reject(new Error(reason));
      sent.destroy();
    };
    if (response.statusCode !== 200) {
      refuse(`the server answered ${response.statusCode}`);
      return;
    }
    const chunks: Buffer[] = [];
    let length = 0;
    response.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) chunks.push(chunk);
      else refuse(`the document has more than ${maxBytes} bytes`);
    });
    response.once('end', () => resolve(Buffer.concat(chunks)));
    response.once('error', reject);
  });
  sent.once('error', reject);
  sent.end();
  return promise;
};
