// The dynamic settings of topics, brokers, groups and client metrics subscriptions: what was set, as text.

import { CONFIG_RESOURCE } from '../../protocol/index.ts';
import { type ConfigResource, resourceKey, resourceOfKey } from '../config-resource.ts';
import type { MetadataRecord } from '../metadata-record.ts';
import { PersistentMap } from './persistent-map.ts';
import type { TopicsImage } from './topics-image.ts';

/** Texts by setting. */
export type ConfigTexts = Readonly<Record<string, string>>;

const NONE: ConfigTexts = Object.freeze({});

export class ConfigsImage {
  static readonly empty = new ConfigsImage(PersistentMap.empty());

  /** By `resourceKey`. A resource without settings has no entry. */
  readonly byResource: PersistentMap<ConfigTexts>;

  private constructor(byResource: PersistentMap<ConfigTexts>) {
    this.byResource = byResource;
  }

  /** What was set for the resource; nothing inherited. */
  of(resource: ConfigResource): ConfigTexts {
    return this.byResource.get(resourceKey(resource)) ?? NONE;
  }

  resources(type: number): ConfigResource[] {
    return [...this.byResource.keys()].map(resourceOfKey).filter((resource) => resource.type === type);
  }

  /** `topicsBefore` tells the names of topics that are removed: their settings go with them. */

  apply(records: Iterable<MetadataRecord>, topicsBefore: TopicsImage): ConfigsImage {
    const drafts = new Map<string, Record<string, string>>();
    const createdNames = new Map<string, string>();
    for (const record of records) {
      if (record.type === 'ConfigRecord') {
        const { resourceType, resourceName, name, value } = record.value;
        const key = resourceKey({ type: resourceType, name: resourceName });
        const draft = drafts.get(key) ?? { ...this.byResource.get(key) };
        if (value === null) delete draft[name];
        else draft[name] = value;
        drafts.set(key, draft);
      } else if (record.type === 'TopicRecord') {
        createdNames.set(record.value.topicId, record.value.name);
      } else if (record.type === 'RemoveTopicRecord') {
        const { topicId } = record.value;
        const name = createdNames.get(topicId) ?? topicsBefore.byId.get(topicId)?.name;
        if (name !== undefined) drafts.set(resourceKey({ type: CONFIG_RESOURCE.topic, name }), {});
      }
    }
    let byResource = this.byResource;
    for (const [key, texts] of drafts) {
      byResource = Object.keys(texts).length === 0 ? byResource.delete(key) : byResource.set(key, Object.freeze(texts));
    }
    return byResource === this.byResource ? this : new ConfigsImage(byResource);
  }

  *records(): Generator<MetadataRecord, void, undefined> {
    for (const [key, texts] of this.byResource) {
      const { type, name: resourceName } = resourceOfKey(key);
      for (const [name, value] of Object.entries(texts)) {
        yield { type: 'ConfigRecord', value: { resourceType: type, resourceName, name, value } };
      }
    }
  }
}
