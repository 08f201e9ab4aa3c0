// Connections that stop at each stage at which a client can stop, and stay.

import net from 'node:net';
import tls from 'node:tls';
import { encodeRequest, saslAuthenticate, saslHandshake } from '../../src/protocol/index.ts';

export interface FuzzPorts {
  readonly plain: number;
  readonly ssl: number;
  readonly saslPlain: number;
  readonly saslSsl: number;
}

const HOST = '127.0.0.1';
const HEADER = { correlationId: 1, clientId: 'stalled' };
const HANDSHAKE = Buffer.concat(encodeRequest(saslHandshake, 1, HEADER, { mechanism: 'SCRAM-SHA-256' }));
const FIRST_MESSAGE = Buffer.concat(
  encodeRequest(saslAuthenticate, 2, HEADER, { authBytes: Buffer.from('n,,n=nobody,r=abcdefghijklmnop') }),
);
/** The beginning of a TLS record that promises a ClientHello. */
const HALF_CLIENT_HELLO = Buffer.of(0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00);
/** Promises a megabyte, and sends a little of it. */
const HALF_FRAME = Buffer.concat([Buffer.of(0, 0x10, 0, 0), Buffer.alloc(1000)]);

/** What is sent before the silence, over which of the listeners. */
const STAGES: readonly {
  readonly port: keyof FuzzPorts;
  readonly isSecured: boolean;
  readonly bytes: readonly Buffer[];
}[] = [
  { port: 'plain', isSecured: false, bytes: [] },
  { port: 'plain', isSecured: false, bytes: [Buffer.of(0, 0)] },
  { port: 'plain', isSecured: false, bytes: [HALF_FRAME] },
  { port: 'ssl', isSecured: false, bytes: [] },
  { port: 'ssl', isSecured: false, bytes: [HALF_CLIENT_HELLO] },
  { port: 'ssl', isSecured: true, bytes: [] },
  { port: 'saslPlain', isSecured: false, bytes: [] },
  { port: 'saslPlain', isSecured: false, bytes: [HANDSHAKE.subarray(0, 9)] },
  { port: 'saslPlain', isSecured: false, bytes: [HANDSHAKE] },
  { port: 'saslPlain', isSecured: false, bytes: [HANDSHAKE, FIRST_MESSAGE] },
  { port: 'saslPlain', isSecured: false, bytes: [HANDSHAKE, HALF_FRAME.subarray(0, 500)] },
  { port: 'saslSsl', isSecured: true, bytes: [HANDSHAKE, FIRST_MESSAGE] },
];

export class StalledConnections implements Disposable {
  readonly #sockets: net.Socket[] = [];

  /** Opens so many connections for each stage, a few at a time. */
  static async open(ports: FuzzPorts, perStage: number): Promise<StalledConnections> {
    const connections = new StalledConnections();
    for (let round = 0; round < perStage; round++) {
      await Promise.all(STAGES.map((stage) => connections.#open(ports[stage.port], stage.isSecured, stage.bytes)));
    }
    return connections;
  }

  get count(): number {
    return this.#sockets.length;
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Resolves when the bytes are sent, or the broker has refused the connection, which it may. */
  #open(port: number, isSecured: boolean, bytes: readonly Buffer[]): Promise<void> {
    return new Promise((resolve) => {
      const socket = isSecured
        ? tls.connect({ host: HOST, port, rejectUnauthorized: false })
        : net.connect({ host: HOST, port });
      this.#sockets.push(socket);
      socket.once(isSecured ? 'secureConnect' : 'connect', () => {
        for (const piece of bytes) socket.write(piece);
        resolve();
      });
      socket.on('error', () => {}).once('close', () => resolve());
    });
  }
}
