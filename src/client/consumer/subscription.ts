// The topics that a member wants: by name, by a pattern that this client holds against the cluster's topics from time to time, or by one
// that the broker evaluates (KIP-848).

import type { Cluster } from '../cluster.ts';
import { ClientError } from '../errors.ts';
import { type Topic, topicName } from '../serdes/topic.ts';

/** Names or definitions; a `RegExp`, matched here against the names of all topics but internal ones; or a pattern in RE2's syntax, matched by the broker. */
export type TopicSelection = readonly (string | Topic)[] | RegExp | { readonly pattern: string };

export class Subscription {
  /** What the broker is to evaluate; null when it is given names. */
  readonly pattern: string | null;
  readonly #cluster: Cluster;
  readonly #regExp: RegExp | undefined;
  #names: readonly string[];
  #lookedMs: number | undefined;

  constructor(cluster: Cluster, selection: TopicSelection) {
    this.#cluster = cluster;
    this.#regExp = selection instanceof RegExp ? selection : undefined;
    this.pattern = 'pattern' in selection ? selection.pattern : null;
    this.#names = isList(selection) ? [...new Set(selection.map(topicName))].sort() : [];
    if (isList(selection) && selection.length === 0) throw new ClientError('Cannot subscribe to no topic at all');
  }

  /** Sorted. For a `RegExp` what it matched last. */
  get names(): readonly string[] {
    return this.#names;
  }

  /** Looks for topics again where a `RegExp` selects them and the last look is older than `metadataMaxAgeMs`. True when the names changed. */
  async refresh(signal?: AbortSignal): Promise<boolean> {
    const { platform, metadataMaxAgeMs } = this.#cluster.settings;
    const nowMs = platform.clock.monotonic();
    if (this.#regExp === undefined) return false;
    if (this.#lookedMs !== undefined && nowMs - this.#lookedMs < metadataMaxAgeMs) return false;
    const before = this.#names;
    this.#names = await this.#match(this.#regExp, signal);
    this.#lookedMs = nowMs;
    return before.join('\n') !== this.#names.join('\n');
  }

  async #match(regExp: RegExp, signal: AbortSignal | undefined): Promise<string[]> {
    const topics = await this.#cluster.topics.ask('all', { signal });
    const isMatch = (name: string) => {
      // One with the flags g or y would go on where it stopped.
      regExp.lastIndex = 0;
      return regExp.test(name);
    };
    return [...topics]
      .flatMap(([name, topic]) => ('isInternal' in topic && !topic.isInternal && isMatch(name) ? [name] : []))
      .sort();
  }
}

function isList(selection: TopicSelection): selection is readonly (string | Topic)[] {
  return Array.isArray(selection);
}
