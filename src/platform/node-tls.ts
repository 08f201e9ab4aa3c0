// TLS through Node: secures sockets that were accepted or connected elsewhere.

import type { Socket } from 'node:net';
import type tls from 'node:tls';
import { systemError } from './system-error.ts';
import type { TlsClientSettings, TlsListenerOptions, TlsServerSettings, TlsSession } from './tls.ts';

/** A client that has not finished its handshake by then is sent away. */
const HANDSHAKE_MS = 10_000;
/** Handshakes that may be under way at once in one listener: they cost memory before anybody is known. Further sockets are closed at once. */
const MAX_HANDSHAKES = 1000;

/** Loaded where it is first needed: it takes 6 MB of memory that a broker without TLS does without. */
const nodeTls = () => process.getBuiltinModule('node:tls');

/** Secures the sockets of one listener. Settings that changed count for the next socket. */
export class TlsAcceptor {
  readonly #options: TlsListenerOptions;
  readonly #onSecured: (socket: tls.TLSSocket) => void;
  /** Sockets whose handshake is under way, by the address of their client: Node does not hand out what lies below a secured one. */
  readonly #pending = new Map<string, { readonly socket: Socket; readonly limit: NodeJS.Timeout }>();
  #settings: TlsServerSettings;
  #server: tls.Server;

  /** Throws when key, certificates or cipher suites are of no use. */
  constructor(options: TlsListenerOptions, onSecured: (socket: tls.TLSSocket) => void) {
    this.#options = options;
    this.#onSecured = onSecured;
    this.#settings = options.settings();
    this.#server = this.#createServer(this.#settings);
  }

  accept(socket: Socket): void {
    if (this.#pending.size >= MAX_HANDSHAKES) {
      this.#refuse(socket, new Error(`${MAX_HANDSHAKES} handshakes are under way`));
      socket.destroy();
      return;
    }
    const settings = this.#options.settings();
    if (settings !== this.#settings) {
      this.#server = this.#createServer(settings);
      this.#settings = settings;
    }
    // Node's own limit begins again with every byte.
    const limit = setTimeout(() => socket.destroy(), HANDSHAKE_MS).unref();
    const client = nameOf(socket);
    this.#pending.set(client, { socket, limit });
    socket.once('close', () => this.#settle(client));
    this.#server.emit('connection', socket);
  }

  /** Ends the handshakes that are under way. */
  close(): void {
    for (const { socket } of this.#pending.values()) socket.destroy();
  }

  #settle(client: string): void {
    clearTimeout(this.#pending.get(client)?.limit);
    this.#pending.delete(client);
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
      this.#settle(nameOf(socket));
      if (isTrusted(socket)) {
        this.#onSecured(socket);
        return;
      }
      this.#refuse(socket, untrusted(socket));
      socket.destroy();
    });
    server.on('tlsClientError', (error, socket) => {
      socket.on('error', () => {});
      this.#refuse(socket, socket.authorizationError ? untrusted(socket) : error);
      socket.destroy();
    });
    return server;
  }

  #refuse(socket: Socket, error: Error): void {
    this.#options.onRefused({ host: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 }, error);
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

/** Where a certificate is only requested, Node would take any; one that is shown must be good. */
function isTrusted(socket: tls.TLSSocket): boolean {
  return socket.authorized || peerCertificateOf(socket) === undefined;
}

function untrusted({ authorizationError }: tls.TLSSocket): Error {
  return new Error(`the client's certificate is not trusted: ${authorizationError}`);
}

function nameOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
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
