// Creates topics that nobody created explicitly: on first use, and the internal ones of the coordinators.

import type { MetadataController, TopicImage } from '../metadata/index.ts';
import type { Clock } from '../platform/index.ts';
import { errorCode, KafkaError } from '../protocol/index.ts';

/** Partitions and settings of a topic that the broker itself needs. */
export interface InternalTopicSpec {
  readonly partitions: number;
  readonly configs: Readonly<Record<string, string>>;
}

export interface TopicCreationOptions {
  readonly metadata: MetadataController;
  readonly internalTopics: ReadonlyMap<string, InternalTopicSpec>;
  readonly clock: Clock;
  /** Resolves, and never rejects, when the logs of all topics of the current image were opened or have failed. */
  readonly whenOpened: () => Promise<void>;
}

export class TopicCreation {
  readonly #options: TopicCreationOptions;
  /** Several clients that ask at once wait for the same creation. */
  readonly #underWay = new Map<string, Promise<TopicImage>>();

  constructor(options: TopicCreationOptions) {
    this.#options = options;
  }

  /** Resolves when the topic exists and can be used. Rejects with the `KafkaError` of CreateTopics. */
  createOnFirstUse(name: string): Promise<TopicImage> {
    let creation = this.#underWay.get(name);
    if (creation === undefined) {
      creation = this.#create(name).finally(() => this.#underWay.delete(name));
      this.#underWay.set(name, creation);
    }
    return creation;
  }

  /** Resolves when all topics can be used, or after `timeoutMs`: the topics exist either way. */
  whenUsable(timeoutMs: number): Promise<void> {
    const { clock, whenOpened } = this.#options;
    return new Promise((resolve) => {
      const timer = clock.schedule(Math.max(timeoutMs, 0), resolve);
      void whenOpened().finally(() => {
        timer.cancel();
        resolve();
      });
    });
  }

  async #create(name: string): Promise<TopicImage> {
    const { metadata, internalTopics, whenOpened } = this.#options;
    const spec = internalTopics.get(name);
    const response = await metadata.createTopics({
      topics: [
        {
          name,
          numPartitions: spec?.partitions ?? -1,
          replicationFactor: -1,
          assignments: [],
          configs: Object.entries(spec?.configs ?? {}).map(([key, value]) => ({ name: key, value })),
        },
      ],
      validateOnly: false,
    });
    const [result] = response.topics;
    if (result !== undefined && result.errorCode !== 0 && result.errorCode !== errorCode('TOPIC_ALREADY_EXISTS')) {
      throw KafkaError.fromCode(result.errorCode, result.errorMessage ?? undefined);
    }
    await whenOpened();
    const topic = metadata.image.topics.byName.get(name);
    if (topic === undefined) throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION');
    return topic;
  }
}
