// An API: a request and a response under one key, with the same versions.

import type { Fields, InputOf, OutputOf } from './field.ts';
import { Message } from './message.ts';
import { parseVersionRange, type VersionRange } from './version-range.ts';

export type ListenerKind = 'broker' | 'controller';

export interface ApiSpec<Key extends number, Request extends Fields, Response extends Fields> {
  readonly key: Key;
  readonly name: string;
  readonly versions: string;
  readonly flexibleVersions?: string;
  /** Kinds of node that serve it in Apache Kafka; brokers only if not given. */
  readonly listeners?: readonly ListenerKind[];
  /** The latest version may still change: it is not advertised unless somebody asks for it. */
  readonly latestVersionUnstable?: true;
  readonly request: Request;
  readonly response: Response;
}

export interface Api<Key extends number = number, Request extends Fields = Fields, Response extends Fields = Fields> {
  readonly key: Key;
  readonly name: string;
  readonly versions: VersionRange;
  readonly flexibleVersions: VersionRange;
  readonly listeners: readonly ListenerKind[];
  readonly latestVersionUnstable: boolean;
  readonly request: Message<Request>;
  readonly response: Message<Response>;
}

/** A request as read: all fields of all versions. */
export type RequestOf<A> = A extends Api<number, infer Request, Fields> ? OutputOf<Request> : never;

/** A response as read: all fields of all versions. */
export type ResponseOf<A> = A extends Api<number, Fields, infer Response> ? OutputOf<Response> : never;

/** A request to write: fields with a default, of some versions only, or tagged may be left out. */
export type RequestInput<A> = A extends Api<number, infer Request, Fields> ? InputOf<Request> : never;

/** A response to write: what a handler has to give. */
export type ResponseInput<A> = A extends Api<number, Fields, infer Response> ? InputOf<Response> : never;

export function api<const Key extends number, const Request extends Fields, const Response extends Fields>(
  spec: ApiSpec<Key, Request, Response>,
): Api<Key, Request, Response> {
  const {
    key,
    name,
    versions,
    flexibleVersions = 'none',
    listeners = ['broker'],
    latestVersionUnstable = false,
  } = spec;
  return {
    key,
    name,
    versions: parseVersionRange(versions),
    flexibleVersions: parseVersionRange(flexibleVersions),
    listeners,
    latestVersionUnstable,
    request: new Message({ name: `${name}Request`, versions, flexibleVersions, fields: spec.request }),
    response: new Message({ name: `${name}Response`, versions, flexibleVersions, fields: spec.response }),
  };
}
