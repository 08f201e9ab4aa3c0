// How many requests of each API come, how long they take, and with which errors they are answered: Kafka's RequestMetrics.

import { errorName, fetch, type ReceivedRequestHeader } from '../../protocol/index.ts';
import type { Counter, Metrics, Summary } from '../../telemetry/index.ts';
import { errorCounts } from '../error-counts.ts';
import type { Reply } from '../network/connection.ts';

export interface AnsweredRequest {
  readonly header: ReceivedRequestHeader;
  readonly requestBytes: number;
  /** Null where there was no answer. */
  readonly answer: object | null;
  readonly reply: Reply;
  /** From when the request was taken up until its answer was ready to be sent. */
  readonly durationMs: number;
  readonly throttleMs: number;
}

export class RequestMetrics {
  /** Without it nothing has to be measured. */
  readonly isRead: boolean;
  readonly #requests: Counter<'request' | 'version'>;
  readonly #errors: Counter<'request' | 'error'>;
  readonly #totalTime: Summary<'request'>;
  readonly #throttleTime: Summary<'request'>;
  readonly #requestBytes: Summary<'request'>;
  readonly #responseBytes: Summary<'request'>;

  constructor(metrics: Metrics) {
    const name = (suffix: string) => `kafka_network_requestmetrics_${suffix}`;
    const labels = ['request'] as const;
    this.isRead = metrics.isRead;
    this.#requests = metrics.counter({
      name: name('requests_total'),
      help: 'Requests that were answered.',
      labels: ['request', 'version'],
    });
    this.#errors = metrics.counter({
      name: name('errors_total'),
      help: 'Error codes in answers, NONE included; an answer may have many.',
      labels: ['request', 'error'],
    });
    this.#totalTime = metrics.summary({
      name: name('totaltimems'),
      help: 'Milliseconds from taking up a request to its answer.',
      labels,
    });
    this.#throttleTime = metrics.summary({
      name: name('throttletimems'),
      help: 'Milliseconds for which clients were told to rest.',
      labels,
    });
    this.#requestBytes = metrics.summary({ name: name('requestbytes'), help: 'Bytes of a request.', labels });
    this.#responseBytes = metrics.summary({ name: name('responsebytes'), help: 'Bytes of an answer.', labels });
  }

  record({ header, requestBytes, answer, reply, durationMs, throttleMs }: AnsweredRequest): void {
    if (!this.isRead) return;
    const { api, apiVersion } = header;
    const responseBytes = (reply ?? []).reduce((sum, { length }) => sum + length, 0);
    // Kafka shows fetches a second time, apart from those of followers, of which there are none here.
    for (const request of api.key === fetch.key ? [api.name, 'FetchConsumer'] : [api.name]) {
      this.#requests.add({ request, version: String(apiVersion) }, 1);
      this.#totalTime.observe({ request }, durationMs);
      this.#throttleTime.observe({ request }, throttleMs);
      this.#requestBytes.observe({ request }, requestBytes);
      this.#responseBytes.observe({ request }, responseBytes);
    }
    for (const [code, count] of errorCounts(answer)) {
      this.#errors.add({ request: api.name, error: errorName(code) ?? String(code) }, count);
    }
  }
}
