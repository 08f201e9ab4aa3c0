// Responses as frames; see request.ts.

import type { Fields, InputOf, OutputOf } from '../schema/field.ts';
import { MalformedMessageError } from '../schema/malformed-message-error.ts';
import type { Message } from '../schema/message.ts';
import { Reader } from '../schema/reader.ts';
import { Writer } from '../schema/writer.ts';
import { type AnyApi, API_VERSIONS_KEY, responseHeader, responseHeaderVersion } from './headers.ts';
import { finishFrame, startFrame } from './length-prefix.ts';

/** What sending and receiving need to know of an API's response. */
export type ResponseSide<Response extends Fields> = AnyApi & { readonly response: Message<Response> };

export interface ReceivedResponse<Response extends Fields> {
  readonly correlationId: number;
  readonly body: OutputOf<Response>;
}

/** The chunks are ready for one writev; large byte fields of the body are among them, not copied. */
export function encodeResponse<Response extends Fields>(
  api: ResponseSide<Response>,
  version: number,
  correlationId: number,
  body: InputOf<Response>,
): Buffer[] {
  const writer = new Writer();
  startFrame(writer);
  responseHeader.codec(responseHeaderVersion(api, version)).write(writer, { correlationId });
  api.response.codec(version).write(writer, body);
  return finishFrame(writer);
}

/** Which request a response belongs to: enough to know its API and version, which the frame does not tell. */
export function correlationIdOf(frame: Buffer): number {
  const reader = new Reader(frame);
  reader.subject = 'response header';
  return reader.int32('correlationId');
}

/** Bytes and records of the result are views on the frame. Bytes after the body are ignored, as in Kafka. */
export function decodeResponse<Response extends Fields>(
  api: ResponseSide<Response>,
  version: number,
  frame: Buffer,
): ReceivedResponse<Response> {
  const reader = new Reader(frame);
  const { correlationId } = responseHeader.codec(responseHeaderVersion(api, version)).read(reader);
  const bodyOffset = reader.offset;
  try {
    return { correlationId, body: api.response.codec(version).read(reader) };
  } catch (error) {
    // A broker that does not know the version of an ApiVersions request answers in version 0.
    const isFallback = api.key === API_VERSIONS_KEY && version > 0 && error instanceof MalformedMessageError;
    if (!isFallback) throw error;
    return { correlationId, body: api.response.codec(0).read(new Reader(frame, bodyOffset)) };
  }
}
