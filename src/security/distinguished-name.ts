// The distinguished name of a certificate's subject, in the text form of RFC 2253 that Java gives and Kafka's principals have: `CN=alice,O=Example`.
// Read from the certificate itself: a name in another text form could be forged by what it contains.

import { DER_TAG, type DerValue, derOid, derSequence, derValues, partsOf } from './keys/der.ts';

/** The attributes that have short names in RFC 2253. All others are shown by their numbers. */
const NAMES: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '0.9.2342.19200300.100.1.25': 'DC',
  '0.9.2342.19200300.100.1.1': 'UID',
};
const VERSION_TAG = 0xa0;
const TEXT_TAGS: Readonly<Record<number, BufferEncoding | 'utf16be'>> = {
  12: 'utf8',
  18: 'ascii',
  19: 'ascii',
  20: 'latin1',
  22: 'ascii',
  30: 'utf16be',
};

/** `certificate`: X.509 in DER. Throws `DerError` for what is none. */
export function subjectOf(certificate: Buffer): string {
  const [toBeSigned] = derSequence(certificate);
  const fields = partsOf(toBeSigned, DER_TAG.sequence);
  // Serial number, algorithm, issuer, validity, subject; in all but the oldest certificates after the version.
  const subject = fields[fields[0]?.tag === VERSION_TAG ? 5 : 4];
  const names = partsOf(subject, DER_TAG.sequence);
  return names.reverse().map(relativeName).join(',');
}

function relativeName(name: DerValue): string {
  return partsOf(name, DER_TAG.set)
    .map((attribute) => {
      const [type, value] = partsOf(attribute, DER_TAG.sequence);
      const oid = derOid(type);
      const text = value && textOf(value);
      const isShown = NAMES[oid] !== undefined && text !== undefined;
      return isShown ? `${NAMES[oid]}=${escaped(text)}` : `${oid}=#${hexOf(attribute)}`;
    })
    .join('+');
}

function textOf({ tag, content }: DerValue): string | undefined {
  const encoding = TEXT_TAGS[tag];
  if (encoding === undefined) return undefined;
  return encoding === 'utf16be' ? Buffer.from(content).swap16().toString('utf16le') : content.toString(encoding);
}

/** RFC 2253, section 2.4. */
function escaped(text: string): string {
  return text
    .replace(/[,+"\\<>;]/g, '\\$&')
    .replace(/^(#| +)/, (start) => start.replace(/./g, '\\$&'))
    .replace(/ +$/, (end) => end.replaceAll(' ', '\\ '))
    .replaceAll('\0', '\\00');
}

/** The value of an attribute with its tag and length. */
function hexOf(attribute: DerValue): string {
  const [type] = derValues(attribute.content);
  const typeBytes = 2 + (type?.content.length ?? 0);
  return attribute.content.subarray(typeBytes).toString('hex');
}
