// What TLS needs to know of either side of a connection. All certificates and keys are PEM texts; who reads them from files is not known here.

import type { Address, Stream } from './network.ts';

export type TlsVersion = 'TLSv1.2' | 'TLSv1.3';

/** A private key, not encrypted, and the certificates that go with it: its own first, then those that lead to the authority. */
export interface TlsIdentity {
  readonly key: string;
  readonly certificateChain: string;
}

interface TlsLimits {
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
  /** Names as OpenSSL or the RFCs write them. Undefined for all that Node allows. */
  readonly cipherSuites?: readonly string[];
}

export interface TlsServerSettings extends TlsLimits {
  readonly identity: TlsIdentity;
  /** `requested` takes clients without a certificate, but none with one that is not trusted. */
  readonly clientAuth: 'none' | 'requested' | 'required';
  /** The authorities whose clients are trusted; none where it is empty. */
  readonly trusted: readonly string[];
}

export interface TlsClientSettings extends TlsLimits {
  /** Shown to servers that ask for it. */
  readonly identity?: TlsIdentity;
  /** The authorities whose servers are trusted. Undefined for those that Node knows. */
  readonly trusted?: readonly string[];
  /** Whether the server's certificate must be for the host that was asked for. */
  readonly checksHost: boolean;
}

/** How a listener secures its connections. */
export interface TlsListenerOptions {
  /** Asked for each connection, so that other settings count from the next one on. The same object is prepared once. */
  settings(): TlsServerSettings;
  /** Told of each client that has connected; its handshake begins when this says so. Without it, it begins at once. */
  admit?(client: UnsecuredClient): void;
  /** A client that was not let in, and why. */
  onRefused(remote: Address, error: Error): void;
}

/** A client that has connected, and of which nothing has been read yet. */
export interface UnsecuredClient {
  readonly remote: Address;
  /** Begins the handshake; at its end the stream is handed out, unless the client was refused. To be called once. */
  begin(onSecured: (stream: Stream) => void): void;
  destroy(): void;
  /** Calls once, when the connection is closed, before its handshake or at any time after it. */
  onClose(listener: () => void): void;
}

/** What two sides agreed on. */
export interface TlsSession {
  readonly version: string;
  readonly cipherSuite: string;
  /** The peer's own certificate in DER, where it has shown one; it is a trusted one then. */
  readonly peerCertificate: Buffer | undefined;
}
