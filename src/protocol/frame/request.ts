// Requests as frames. A frame is what lies between two length prefixes; what is encoded here begins with its own prefix.

import { APIS } from '../apis/index.ts';
import { KafkaError } from '../errors.ts';
import type { Api } from '../schema/api.ts';
import type { Fields, InputOf, OutputOf } from '../schema/field.ts';
import type { Message } from '../schema/message.ts';
import { Reader } from '../schema/reader.ts';
import { Writer } from '../schema/writer.ts';
import { type AnyApi, requestHeader, requestHeaderVersion } from './headers.ts';
import { finishFrame, startFrame } from './length-prefix.ts';

/** What sending and receiving need to know of an API's request. */
export type RequestSide<Request extends Fields> = AnyApi & { readonly request: Message<Request> };

export interface ReceivedRequestHeader {
  readonly api: Api;
  /** May be a version that the API does not have; see `isVersionSupported`. */
  readonly apiVersion: number;
  readonly correlationId: number;
  /** A null client id counts as an empty one, as in Kafka. */
  readonly clientId: string;
  /** Where in the frame the body begins. */
  readonly bodyOffset: number;
}

/** The chunks are ready for one writev; large byte fields of the body are among them, not copied. */
export function encodeRequest<Request extends Fields>(
  api: RequestSide<Request>,
  version: number,
  header: { readonly correlationId: number; readonly clientId: string | null },
  body: InputOf<Request>,
): Buffer[] {
  const writer = new Writer();
  startFrame(writer);
  requestHeader.codec(requestHeaderVersion(api, version)).write(writer, {
    requestApiKey: api.key,
    requestApiVersion: version,
    correlationId: header.correlationId,
    clientId: header.clientId,
  });
  api.request.codec(version).write(writer, body);
  return finishFrame(writer);
}

/** Throws INVALID_REQUEST for an unknown API: nobody can know what its header looks like, let alone answer. */
export function decodeRequestHeader(frame: Buffer): ReceivedRequestHeader {
  const start = new Reader(frame);
  start.subject = 'request header';
  const key = start.int16('requestApiKey');
  const apiVersion = start.int16('requestApiVersion');
  const api = API_BY_KEY[key];
  if (api === undefined)
    throw new KafkaError('INVALID_REQUEST', `Cannot read a request with the unknown API key ${key}`);
  const reader = new Reader(frame);
  const header = requestHeader.codec(requestHeaderVersion(api, apiVersion)).read(reader);
  const { correlationId, clientId } = header;
  return { api, apiVersion, correlationId, clientId: clientId ?? '', bodyOffset: reader.offset };
}

/**
 * Bytes and records of the result are views on the frame. Throws UNSUPPORTED_VERSION or MalformedMessageError.
 * Bytes after the body are ignored, as in Kafka.
 */
export function decodeRequestBody<Request extends Fields>(
  api: RequestSide<Request>,
  header: Pick<ReceivedRequestHeader, 'apiVersion' | 'bodyOffset'>,
  frame: Buffer,
): OutputOf<Request> {
  return api.request.codec(header.apiVersion).read(new Reader(frame, header.bodyOffset));
}

export function isVersionSupported(api: Pick<Api, 'versions'>, version: number): boolean {
  return version >= api.versions.min && version <= api.versions.max;
}

const API_BY_KEY: { readonly [key: number]: Api | undefined } = APIS;
