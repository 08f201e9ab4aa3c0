// TCP through Node's sockets, secured by TLS where that is asked for.

import net from 'node:net';
import type { Address, Listener, Network, Stream } from './network.ts';
import { NodeStream } from './node-stream.ts';
import { secureClient, sessionOf, TlsAcceptor } from './node-tls.ts';
import type { TlsClientSettings, TlsListenerOptions } from './tls.ts';

/** A peer that is gone without a word is found out in some minutes: after so long without a byte the system begins to ask. */
const KEEP_ALIVE = { keepAlive: true, keepAliveInitialDelay: 60_000 } as const;

export const nodeNetwork: Network = { listen, connect };

async function listen(
  address: Address,
  onConnection: (stream: Stream) => void,
  tls?: TlsListenerOptions,
): Promise<Listener> {
  const acceptor = tls && new TlsAcceptor(tls, onConnection);
  return new Promise((resolve, reject) => {
    const server = net.createServer({ noDelay: true, ...KEEP_ALIVE }, (socket) => {
      // A peer may be gone again before its connection is handed out; such a socket has no addresses.
      if (socket.remoteAddress === undefined) socket.destroy();
      else if (acceptor !== undefined) acceptor.accept(socket);
      else onConnection(new NodeStream(socket));
    });
    server.once('error', reject);
    server.listen({ host: address.host, port: address.port }, () => {
      server.off('error', reject);
      // Accepting can fail later, when the process is out of descriptors: the next connection may succeed, so nothing ends here.
      server.on('error', () => {});
      resolve(listenerOf(server, address, () => acceptor?.close()));
    });
  });
}

function listenerOf(server: net.Server, asked: Address, onClose: () => void): Listener {
  const bound = server.address();
  const address = typeof bound === 'object' && bound ? { host: bound.address, port: bound.port } : asked;
  return {
    address,
    close: async () => {
      // Its callback would wait for the last open connection; the port itself is free at once.
      server.close();
      onClose();
    },
  };
}

function connect(address: Address, signal?: AbortSignal, tls?: TlsClientSettings): Promise<Stream> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const socket = net.connect({ host: address.host, port: address.port, noDelay: true, ...KEEP_ALIVE });
    const onAbort = () => {
      socket.off('error', onError).on('error', () => {});
      socket.destroy();
      reject(signal?.reason);
    };
    const onError = (error: Error) => {
      signal?.removeEventListener('abort', onAbort);
      socket.destroy();
      reject(error);
    };
    const onReady = (stream: Stream) => {
      signal?.removeEventListener('abort', onAbort);
      socket.off('error', onError);
      resolve(stream);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    socket.once('error', onError);
    socket.once('connect', () => {
      if (tls === undefined) onReady(new NodeStream(socket));
      else
        secureClient(socket, address.host, tls).then(
          (secured) => onReady(new NodeStream(secured, sessionOf(secured))),
          onError,
        );
    });
  });
}
