// An entry of a dump as a line for people, or as JSON for programs.

import { isUtf8 } from 'node:buffer';
import {
  type BatchHeader,
  compressionOf,
  hasDeleteHorizon,
  isControl,
  isTransactional,
  lastSequence,
} from '../../protocol/index.ts';
import { byteText } from '../output/byte-text.ts';
import { toJson } from '../output/json.ts';
import type { Style } from '../output/style.ts';
import { printable } from '../output/table.ts';
import type { DumpEntry } from './dump-entry.ts';

/** Longer keys and values are cut for people, never in JSON. */
const MAX_SHOWN_BYTES = 512;

export function entryLine(entry: DumpEntry, style: Style): string {
  switch (entry.kind) {
    case 'file':
      return `${style('bold', entry.path)}  ${entry.type}, ${byteText(entry.sizeInBytes)}`;
    case 'batch':
      return batchLine(entry.header, entry.position, entry.isValid, style);
    case 'record': {
      const { offset, timestamp, key, value, headers } = entry.record;
      const start = `    ${style('cyan', String(offset))}  ${isoTime(timestamp)}  `;
      if (entry.decoded) {
        const { name, key: decodedKey, value: decodedValue } = entry.decoded;
        const parts = [
          style('bold', name),
          ...(decodedKey === null ? [] : [toJson(decodedKey)]),
          decodedValue === null ? 'null' : toJson(decodedValue),
        ];
        return start + printable(parts.join('  '));
      }
      const headerText =
        headers.length === 0
          ? ''
          : `  ${headers.map(([name, content]) => `${printable(name)}=${bytesText(content)}`).join(' ')}`;
      return `${start}${bytesText(key)}  ${bytesText(value)}${headerText}`;
    }
    case 'entry': {
      const names = Object.entries(entry.fields);
      // A line of a text file has no name.
      return `  ${names.map(([name, value]) => (name === 'line' ? printable(String(value)) : `${style('dim', name)} ${value ?? '-'}`)).join('  ')}`;
    }
    case 'damage':
      return `  ${style('red', `DAMAGED: ${printable(entry.message)}`)}`;
  }
}

export function entryJson(entry: DumpEntry, path: string): string {
  switch (entry.kind) {
    case 'batch': {
      const { position: _inBuffer, attributes, ...header } = entry.header;
      return toJson({
        kind: 'batch',
        path,
        position: entry.position,
        isValid: entry.isValid,
        ...header,
        ...flagsOf({ ...entry.header, attributes }),
      });
    }
    case 'record': {
      const { offset, timestamp, key, value, headers } = entry.record;
      const raw = { key: jsonBytes(key), value: jsonBytes(value) };
      return toJson({
        kind: 'record',
        path,
        offset,
        timestamp,
        headers: headers.map(([name, content]) => ({ name, value: jsonBytes(content) })),
        ...(entry.decoded ? { type: entry.decoded.name, key: entry.decoded.key, value: entry.decoded.value } : raw),
      });
    }
    case 'entry':
      return toJson({ kind: 'entry', path, ...entry.fields });
    case 'damage':
      return toJson({ kind: 'damage', path, message: entry.message });
    case 'file':
      return toJson(entry);
  }
}

function flagsOf(header: BatchHeader) {
  const { attributes } = header;
  return {
    compression: compressionOf(attributes),
    isTransactional: isTransactional(attributes),
    isControl: isControl(attributes),
    hasDeleteHorizon: hasDeleteHorizon(attributes),
    lastSequence: lastSequence(header),
  };
}

function batchLine(header: BatchHeader, position: number, isValid: boolean, style: Style): string {
  const flags = flagsOf(header);
  const offsets =
    header.baseOffset === header.lastOffset ? `${header.baseOffset}` : `${header.baseOffset}..${header.lastOffset}`;
  const parts = [
    `  ${style('bold', offsets)}`,
    header.recordCount < 0 ? 'wrapped' : `${header.recordCount} ${header.recordCount === 1 ? 'record' : 'records'}`,
    `${header.sizeInBytes} bytes at ${position}`,
    flags.compression === 'none' ? '' : flags.compression,
    `${isoTime(header.maxTimestamp)}${header.timestampType === 'LogAppendTime' ? ' (append)' : ''}`,
    header.partitionLeaderEpoch < 0 ? '' : `epoch ${header.partitionLeaderEpoch}`,
    header.producerId < 0n ? '' : `producer ${header.producerId}/${header.producerEpoch}`,
    header.baseSequence < 0 ? '' : `sequence ${header.baseSequence}..${flags.lastSequence}`,
    flags.isTransactional ? 'transactional' : '',
    flags.isControl ? 'control' : '',
    flags.hasDeleteHorizon ? 'delete horizon' : '',
    header.magic < 2 ? `magic ${header.magic}` : '',
    isValid ? '' : style('red', 'INVALID'),
  ];
  return parts.filter((part) => part !== '').join('  ');
}

function isoTime(timestamp: bigint): string {
  const date = new Date(Number(timestamp));
  return timestamp < 0n || Number.isNaN(date.getTime()) ? '-' : date.toISOString();
}

function bytesText(bytes: Buffer | null): string {
  if (bytes === null) return 'null';
  const shown = bytes.subarray(0, MAX_SHOWN_BYTES);
  // A character may be cut in two there; then its half shows as what it is.
  const text = isUtf8(bytes) ? printable(shown.toString('utf8')) : `0x${shown.toString('hex')}`;
  return shown.length < bytes.length ? `${text}... (${byteText(bytes.length)})` : text;
}

function jsonBytes(bytes: Buffer | null): string | null | { readonly base64: string } {
  if (bytes === null) return null;
  return isUtf8(bytes) ? bytes.toString('utf8') : { base64: bytes.toString('base64') };
}
