// TLS through Node: secures sockets that were accepted or connected elsewhere.

import type { Socket } from 'node:net';
import type tls from 'node:tls';
import type { Address, Stream } from './network.ts';
import { NodeStream } from './node-stream.ts';
import { systemError } from './system-error.ts';
import type { TlsClientSettings, TlsListenerOptions, TlsServerSettings, TlsSession } from './tls.ts';

/** A client that has not finished its handshake by then is sent away. */
const HANDSHAKE_MS = 10_000;
/**
 * Handshakes that may be under way at once in one listener: they cost memory before anybody is known. For a further one the longest of them ends: who
 * means to finish has done so by then.
 */
const MAX_HANDSHAKES = 1000;

/** Loaded where it is first needed: it takes 6 MB of memory that a broker without TLS does without. */
const nodeTls = () => process.getBuiltinModule('node:tls');

/** A client that has been asked in. */
interface Handshake {
  readonly socket: Socket;
  readonly remote: Address;
  readonly limit: NodeJS.Timeout;
  readonly onSecured: (stream: Stream) => void;
  isOver: boolean;
}

/** Secures the sockets of one listener. Settings that changed count for the next socket. */
export class TlsAcceptor {
  readonly #options: TlsListenerOptions;
  readonly #onSecured: (stream: Stream) => void;
  /** Sockets that are not secured yet. */
  readonly #newcomers = new Set<Socket>();
  /** Those whose handshake is under way, longest first, by the address of their client: Node does not hand out what lies below a secured socket. */
  readonly #handshakes = new Map<string, Handshake>();
  /** The one whose connection was just closed: its secured socket, which is about to say why, does not know its address any more. */
  #closed: Handshake | undefined;
  #settings: TlsServerSettings;
  #server: tls.Server;

  /** Throws when key, certificates or cipher suites are of no use. `onSecured` is for options without `admit`. */
  constructor(options: TlsListenerOptions, onSecured: (stream: Stream) => void) {
    this.#options = options;
    this.#onSecured = onSecured;
    this.#settings = options.settings();
    this.#server = this.#createServer(this.#settings);
  }

  accept(socket: Socket): void {
    const remote = remoteOf(socket);
    this.#newcomers.add(socket);
    socket.on('error', () => {}).once('close', () => this.#newcomers.delete(socket));
    if (this.#options.admit === undefined) {
      this.#begin(socket, remote, this.#onSecured);
      return;
    }
    this.#options.admit({
      remote,
      begin: (onSecured) => this.#begin(socket, remote, onSecured),
      destroy: () => socket.destroy(),
      onClose: (listener) => socket.once('close', listener),
    });
  }

  /** Ends those that have not come in yet. */
  close(): void {
    for (const socket of this.#newcomers) socket.destroy();
  }

  #begin(socket: Socket, remote: Address, onSecured: (stream: Stream) => void): void {
    if (socket.destroyed) return;
    const [longest] = this.#handshakes.values();
    if (this.#handshakes.size >= MAX_HANDSHAKES && longest !== undefined) {
      this.#refuse(longest, `${MAX_HANDSHAKES} others are under way`);
    }
    const settings = this.#options.settings();
    if (settings !== this.#settings) {
      this.#server = this.#createServer(settings);
      this.#settings = settings;
    }
    // Node's own limit begins again with every byte.
    const limit = setTimeout(() => this.#refuse(handshake, `it took more than ${HANDSHAKE_MS} ms`), HANDSHAKE_MS);
    const handshake: Handshake = { socket, remote, onSecured, limit: limit.unref(), isOver: false };
    this.#handshakes.set(nameOf(remote), handshake);
    socket.once('close', () => {
      if (handshake.isOver) return;
      this.#closed = handshake;
      setImmediate(() => this.#refuse(handshake, 'the connection ended'));
    });
    this.#server.emit('connection', socket);
  }

  /** A server that never listens: it is handed its sockets. */
  #createServer(settings: TlsServerSettings): tls.Server {
    const server = nodeTls().createServer({
      ...contextOptions(settings),
      key: settings.identity.key,
      cert: settings.identity.certificateChain,
      // An empty list, unlike none, is not replaced by the authorities that Node knows.
      ca: [...settings.trusted],
      requestCert: settings.clientAuth !== 'none',
      rejectUnauthorized: settings.clientAuth === 'required',
    });
    server.on('secureConnection', (socket) => {
      const handshake = this.#handshakes.get(nameOf(remoteOf(socket)));
      if (handshake === undefined) {
        socket.destroy();
      } else if (isTrusted(socket)) {
        this.#finish(handshake);
        handshake.onSecured(new NodeStream(socket, sessionOf(socket)));
      } else {
        this.#refuse(handshake, untrusted(socket));
      }
    });
    server.on('tlsClientError', (error, socket) => {
      socket.on('error', () => {});
      const handshake = this.#handshakes.get(nameOf(remoteOf(socket)));
      if (handshake !== undefined) this.#refuse(handshake, reasonOf(error));
      else if (socket.authorizationError && this.#closed !== undefined) this.#refuse(this.#closed, untrusted(socket));
    });
    return server;
  }

  #finish(handshake: Handshake): void {
    handshake.isOver = true;
    clearTimeout(handshake.limit);
    this.#handshakes.delete(nameOf(handshake.remote));
    this.#newcomers.delete(handshake.socket);
    if (this.#closed === handshake) this.#closed = undefined;
  }

  #refuse(handshake: Handshake, reason: string): void {
    if (handshake.isOver) return;
    this.#finish(handshake);
    this.#options.onRefused(handshake.remote, new Error(reason));
    handshake.socket.destroy();
  }
}

/** Secures a connected socket. Rejects when the server is not to be trusted, or refuses us. */
export function secureClient(socket: Socket, host: string, settings: TlsClientSettings): Promise<tls.TLSSocket> {
  return new Promise((resolve, reject) => {
    const secured = nodeTls().connect({
      ...contextOptions(settings),
      socket,
      host,
      ...(isName(host) && { servername: host }),
      ...(settings.identity && { key: settings.identity.key, cert: settings.identity.certificateChain }),
      ...(settings.trusted && { ca: [...settings.trusted] }),
      ...(!settings.checksHost && { checkServerIdentity: () => undefined }),
    });
    // Whoever comes second finds the promise settled.
    secured.once('secureConnect', () => resolve(secured)).on('error', reject);
    secured.once('close', () =>
      reject(systemError('ECONNRESET', 'handshake', host, 'the server closed the connection')),
    );
  });
}

export function sessionOf(socket: tls.TLSSocket): TlsSession {
  return {
    version: socket.getProtocol() ?? '',
    cipherSuite: socket.getCipher().standardName,
    peerCertificate: peerCertificateOf(socket),
  };
}

function contextOptions({ minVersion, maxVersion, cipherSuites }: TlsServerSettings | TlsClientSettings) {
  return { minVersion, maxVersion, ...(cipherSuites && { ciphers: cipherSuites.join(':') }) };
}

/** OpenSSL's reason in a few words, where the error is one of OpenSSL's. */
function reasonOf(error: Error): string {
  return 'reason' in error && typeof error.reason === 'string' ? error.reason : error.message;
}

/** Where a certificate is only requested, Node would take any; one that is shown must be good. */
function isTrusted(socket: tls.TLSSocket): boolean {
  return socket.authorized || peerCertificateOf(socket) === undefined;
}

function untrusted({ authorizationError }: tls.TLSSocket): string {
  return `the client's certificate is not trusted: ${authorizationError}`;
}

function remoteOf({ remoteAddress = '', remotePort = 0 }: Socket): Address {
  return { host: remoteAddress, port: remotePort };
}

function nameOf({ host, port }: Address): string {
  return `${host} ${port}`;
}

function peerCertificateOf(socket: tls.TLSSocket): Buffer | undefined {
  // Without a certificate Node gives an object without fields.
  const { raw } = socket.getPeerCertificate() as { raw?: Buffer };
  return raw;
}

/** An address is no name that a server could be asked for (RFC 6066, section 3). */
function isName(host: string): boolean {
  return !host.includes(':') && !/^[\d.]+$/.test(host);
}
