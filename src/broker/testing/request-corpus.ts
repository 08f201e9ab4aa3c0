// Requests of every API and version, as Apache Kafka's own classes wrote them.

import { APIS, type Api, requestHeader, requestHeaderVersion } from '../../protocol/index.ts';

export interface CorpusRequest {
  readonly api: Api;
  readonly version: number;
  readonly variant: string;
  readonly body: Buffer;
}

/** The requests of a corpus: tab-separated lines, as in test/fixtures. */
export function parseCorpus(lines: string): CorpusRequest[] {
  const apis: Readonly<Record<number, Api>> = APIS;
  return lines.split('\n').flatMap((line) => {
    const [key, version, kind, , hex = '', , variant = ''] = line.split('\t');
    const api = apis[Number(key)];
    if (kind !== 'request' || api === undefined) return [];
    return [{ api, version: Number(version), variant, body: Buffer.from(hex, 'hex') }];
  });
}

/** The request with its header, without its length. */
export function frameOf({ api, version, body }: CorpusRequest): Buffer {
  const header = requestHeader.codec(requestHeaderVersion(api, version)).encode({
    requestApiKey: api.key,
    requestApiVersion: version,
    correlationId: 7,
    clientId: 'corpus',
  });
  return Buffer.concat([header, body]);
}
