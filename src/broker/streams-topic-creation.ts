// Creates the repartition topics and changelogs that members of streams groups lack. Nobody waits for it: members ask again with their
// next heartbeat, and are told then what went wrong.

import type { InternalTopic } from '../coordinator/index.ts';
import type { MetadataController } from '../metadata/index.ts';
import type { Clock } from '../platform/index.ts';
import { ERRORS, errorName } from '../protocol/index.ts';
import type { Logger } from '../telemetry/index.ts';

/** Topics whose failure is remembered. Of more, the oldest are forgotten, and tried again. */
const MAX_FAILURES = 1000;
const DEFAULT_REPLICATION = -1;

export interface StreamsTopicCreationOptions {
  readonly metadata: Pick<MetadataController, 'createTopics'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface TopicFailure {
  readonly name: string;
  readonly reason: string;
}

export class StreamsTopicCreation {
  readonly #options: StreamsTopicCreationOptions;
  readonly #underWay = new Set<string>();
  readonly #failures = new Map<string, { readonly reason: string; readonly untilMs: number }>();

  constructor(options: StreamsTopicCreationOptions) {
    this.#options = options;
  }

  /** Begins to create topics that nobody creates yet. One that failed is left alone for `backoffMs`. */
  begin(topics: readonly InternalTopic[], backoffMs: number): void {
    const due = topics.filter(({ name }) => !this.#underWay.has(name) && this.#failure(name) === undefined);
    if (due.length === 0) return;
    for (const { name } of due) this.#underWay.add(name);
    this.#create(due, backoffMs)
      .catch((error: unknown) => {
        this.#options.logger.warn({ error }, 'cannot create internal topics of a streams group');
        for (const { name } of due) this.#fail(name, error instanceof Error ? error.message : String(error), backoffMs);
      })
      .finally(() => {
        for (const { name } of due) this.#underWay.delete(name);
      });
  }

  /** Of these topics, those whose creation has failed lately. */
  failuresOf(names: readonly string[]): TopicFailure[] {
    return names.flatMap((name) => {
      const reason = this.#failure(name);
      return reason === undefined ? [] : [{ name, reason }];
    });
  }

  async #create(topics: readonly InternalTopic[], backoffMs: number): Promise<void> {
    const { metadata, logger } = this.#options;
    const { topics: results } = await metadata.createTopics({
      topics: topics.map(({ name, partitions, replicationFactor, topicConfigs }) => ({
        name,
        numPartitions: partitions,
        replicationFactor: replicationFactor === 0 ? DEFAULT_REPLICATION : replicationFactor,
        assignments: [],
        configs: topicConfigs.map(({ key, value }) => ({ name: key, value })),
      })),
      validateOnly: false,
    });
    for (const { name, errorCode, errorMessage } of results) {
      const error = errorName(errorCode) ?? 'UNKNOWN_SERVER_ERROR';
      if (error === 'NONE' || error === 'TOPIC_ALREADY_EXISTS') continue;
      const reason = errorMessage ?? ERRORS[error].message;
      logger.warn({ topic: name, reason }, 'cannot create an internal topic of a streams group');
      this.#fail(name, reason, backoffMs);
    }
  }

  #fail(name: string, reason: string, backoffMs: number): void {
    this.#failures.delete(name);
    this.#failures.set(name, { reason, untilMs: this.#options.clock.monotonic() + backoffMs });
    for (const oldest of this.#failures.keys()) {
      if (this.#failures.size <= MAX_FAILURES) break;
      this.#failures.delete(oldest);
    }
  }

  #failure(name: string): string | undefined {
    const failure = this.#failures.get(name);
    if (failure === undefined || failure.untilMs > this.#options.clock.monotonic()) return failure?.reason;
    this.#failures.delete(name);
    return undefined;
  }
}
