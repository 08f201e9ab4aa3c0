// The HTTP server for operators: /metrics, /health (the process answers) and /ready (clients are served).

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ReadableMetrics } from '../../telemetry/index.ts';

export interface HttpEndpointOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly metrics: Pick<ReadableMetrics, 'text'>;
  readonly isReady: () => boolean;
}

export interface HttpEndpoint {
  readonly port: number;
  close(): Promise<void>;
}

/** Connections beyond this are closed at once. */
const MAX_CONNECTIONS = 64;
const REQUEST_TIMEOUT_MS = 10_000;
const TEXT = 'text/plain; charset=utf-8';

/** Rejects with Node's code when the address cannot be bound. */
export async function openHttpEndpoint(options: HttpEndpointOptions): Promise<HttpEndpoint> {
  const server = createServer((request, response) => {
    answer(request, response, options).catch((error: Error) => response.destroy(error));
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.headersTimeout = REQUEST_TIMEOUT_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { metrics, isReady }: HttpEndpointOptions,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, 405, 'only GET\n');
  switch (request.url?.split('?')[0]) {
    case '/metrics': {
      const { contentType, text } = await metrics.text();
      return send(response, 200, text, contentType);
    }
    case '/health':
      return send(response, 200, 'ok\n');
    case '/ready':
      return isReady() ? send(response, 200, 'ready\n') : send(response, 503, 'not ready\n');
    default:
      return send(response, 404, 'there are /metrics, /health and /ready\n');
  }
}

function send(response: ServerResponse, status: number, text: string, contentType = TEXT): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(text) });
  response.end(response.req.method === 'HEAD' ? undefined : text);
}
