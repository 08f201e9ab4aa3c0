// Who may do what: the rules of access, by id and by the resources that they are about.

import type { AccessControlEntryRecord } from '../../protocol/index.ts';
import { ACL_PATTERN, KafkaError } from '../../protocol/index.ts';
import { type AccessRule, ruleKey, WILDCARD } from '../acls/access-rule.ts';
import type { MetadataRecord } from '../metadata-record.ts';
import { PersistentMap } from './persistent-map.ts';

type StoredRule = Readonly<AccessControlEntryRecord>;

export class AclsImage {
  static readonly empty = new AclsImage(PersistentMap.empty(), PersistentMap.empty(), PersistentMap.empty());

  readonly byId: PersistentMap<StoredRule>;
  /** Ids by rule. A log that Apache Kafka has written may have the same rule under several ids; then one of them. */
  readonly #ids: PersistentMap<string>;
  /** The rules of each pattern. */
  readonly #byPattern: PersistentMap<readonly StoredRule[]>;

  private constructor(
    byId: PersistentMap<StoredRule>,
    ids: PersistentMap<string>,
    byPattern: PersistentMap<readonly StoredRule[]>,
  ) {
    this.byId = byId;
    this.#ids = ids;
    this.#byPattern = byPattern;
  }

  has(rule: AccessRule): boolean {
    return this.#ids.has(ruleKey(rule));
  }

  /** Every rule that is about the resource: by its name, by a prefix of it, or about all of its type. */
  *about(resourceType: number, name: string): Generator<AccessRule, void, undefined> {
    if (this.#byPattern.size === 0) return;
    const { literal, prefixed } = ACL_PATTERN;
    yield* this.#byPattern.get(patternKey(resourceType, literal, name)) ?? [];
    if (name !== WILDCARD) yield* this.#byPattern.get(patternKey(resourceType, literal, WILDCARD)) ?? [];
    for (let length = 1; length <= name.length; length++) {
      yield* this.#byPattern.get(patternKey(resourceType, prefixed, name.slice(0, length))) ?? [];
    }
  }

  apply(records: Iterable<MetadataRecord>): AclsImage {
    let { byId } = this;
    let ids = this.#ids;
    let byPattern = this.#byPattern;
    for (const record of records) {
      if (record.type === 'AccessControlEntryRecord') {
        const rule = record.value;
        const key = keyOf(rule);
        byId = byId.set(rule.id, rule);
        ids = ids.set(ruleKey(rule), rule.id);
        const others = (byPattern.get(key) ?? []).filter(({ id }) => id !== rule.id);
        byPattern = byPattern.set(key, [...others, rule]);
      } else if (record.type === 'RemoveAccessControlEntryRecord') {
        const { id } = record.value;
        const rule = byId.get(id);
        if (rule === undefined) {
          throw new KafkaError('UNKNOWN_SERVER_ERROR', `Cannot apply a metadata record: there is no ACL ${id}`);
        }
        byId = byId.delete(id);
        const key = keyOf(rule);
        const rest = (byPattern.get(key) ?? []).filter((other) => other.id !== id);
        byPattern = rest.length === 0 ? byPattern.delete(key) : byPattern.set(key, rest);
        const same = rest.find((other) => ruleKey(other) === ruleKey(rule));
        ids = same === undefined ? ids.delete(ruleKey(rule)) : ids.set(ruleKey(rule), same.id);
      }
    }
    return byId === this.byId ? this : new AclsImage(byId, ids, byPattern);
  }

  *records(): Generator<MetadataRecord, void, undefined> {
    for (const value of this.byId.values()) yield { type: 'AccessControlEntryRecord', value };
  }
}

function keyOf({ resourceType, patternType, resourceName }: AccessRule): string {
  return patternKey(resourceType, patternType, resourceName);
}

function patternKey(resourceType: number, patternType: number, name: string): string {
  return `${resourceType}:${patternType}:${name}`;
}
