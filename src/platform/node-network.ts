// TCP through Node's sockets.

import net from 'node:net';
import type { Address, Listener, Network, Stream } from './network.ts';
import { NodeStream } from './node-stream.ts';

export const nodeNetwork: Network = { listen, connect };

function listen(address: Address, onConnection: (stream: Stream) => void): Promise<Listener> {
  return new Promise((resolve, reject) => {
    const server = net.createServer({ noDelay: true, keepAlive: true }, (socket) => {
      // A peer may be gone again before its connection is handed out; such a socket has no addresses.
      if (socket.remoteAddress === undefined) socket.destroy();
      else onConnection(new NodeStream(socket));
    });
    server.once('error', reject);
    server.listen({ host: address.host, port: address.port }, () => {
      server.off('error', reject);
      // Accepting can fail later, when the process is out of descriptors: the next connection may succeed, so nothing ends here.
      server.on('error', () => {});
      resolve(listenerOf(server, address));
    });
  });
}

function listenerOf(server: net.Server, asked: Address): Listener {
  const bound = server.address();
  const address = typeof bound === 'object' && bound ? { host: bound.address, port: bound.port } : asked;
  return {
    address,
    close: async () => {
      // Its callback would wait for the last open connection; the port itself is free at once.
      server.close();
    },
  };
}

function connect(address: Address, signal?: AbortSignal): Promise<Stream> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const socket = net.connect({ host: address.host, port: address.port, noDelay: true, keepAlive: true });
    const onAbort = () => {
      socket.off('error', onError).on('error', () => {});
      socket.destroy();
      reject(signal?.reason);
    };
    const onError = (error: Error) => {
      signal?.removeEventListener('abort', onAbort);
      reject(error);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    socket.once('error', onError);
    socket.once('connect', () => {
      signal?.removeEventListener('abort', onAbort);
      socket.off('error', onError);
      resolve(new NodeStream(socket));
    });
  });
}
