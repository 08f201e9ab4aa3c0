// PEM texts (RFC 7468): certificates and keys as people paste them, on many lines or on one.

export interface PemBlock {
  readonly label: string;
  readonly bytes: Buffer;
}

export function pemBlocks(text: string): PemBlock[] {
  const blocks = text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \1-----/g);
  return Array.from(blocks, ([, label = '', body = '']) => ({ label, bytes: Buffer.from(body, 'base64') }));
}

export function toPem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
