// The door of the protocol module: everything that Kafka's wire knows, without any I/O.

export * from './apis/index.ts';
export * from './compression/index.ts';
export * from './control-records/index.ts';
export * from './data-messages/index.ts';
export { ERRORS, type ErrorName, errorCode, errorName, KafkaError } from './errors.ts';
export {
  correlationIdOf,
  decodeRequestBody,
  decodeRequestHeader,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  FrameError,
  FrameReader,
  isVersionSupported,
  LENGTH_PREFIX_BYTES,
  type ReceivedRequestHeader,
  type ReceivedResponse,
  type RequestHeader,
  type RequestSide,
  type ResponseSide,
  requestHeader,
  requestHeaderVersion,
  responseHeader,
  responseHeaderVersion,
} from './frame/index.ts';
export * from './internal-records/index.ts';
export * from './metadata-records/index.ts';
export * from './records/index.ts';
export { ACL_OPERATION, ACL_PATTERN, ACL_PERMISSION, ACL_RESOURCE, CONFIG_RESOURCE } from './resource-codes.ts';
export type { Api, ListenerKind, RequestInput, RequestOf, ResponseInput, ResponseOf } from './schema/api.ts';
export type { Field, Fields, InputOf, Item, OutputOf } from './schema/field.ts';
export * as schema from './schema/field.ts';
export { MAX_ELEMENTS_PER_MESSAGE, MAX_STRING_BYTES, MIN_REFERENCED_BYTES } from './schema/limits.ts';
export { MalformedMessageError, UnwritableMessageError } from './schema/malformed-message-error.ts';
export { Codec, Message, type MessageInput, type MessageOf, message } from './schema/message.ts';
export { Reader } from './schema/reader.ts';
export { isUuid, randomUuid, uuidFromBytes, uuidToBytes, ZERO_UUID } from './schema/uuid.ts';
export type { VersionRange } from './schema/version-range.ts';
export { decodeVersioned, encodeVersioned } from './schema/versioned.ts';
export { type RecordsInput, Writer } from './schema/writer.ts';
