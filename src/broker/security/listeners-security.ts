// How the listeners of a broker are secured now. Settings that change while it runs count for connections that come later.

import { ConfigError } from '../../config/index.ts';
import type { Stream, TlsListenerOptions } from '../../platform/index.ts';
import { requireSameIdentity } from '../../security/index.ts';
import { peerName } from '../network/connection.ts';
import type { ListenerEndpoint } from '../network/endpoints.ts';
import { type Authentication, settled } from './authentication.ts';
import {
  isTls,
  type ListenerSecurity,
  listenerPrefix,
  loadListenerSecurity,
  loadListenerTls,
} from './listener-security.ts';
import { SaslAuthentication } from './sasl-authentication.ts';
import { type SaslContext, type Texts, withPrefix } from './sasl-mechanisms.ts';

export interface ListenersSecurityOptions extends SaslContext {
  readonly endpoints: readonly ListenerEndpoint[];
}

export class ListenersSecurity {
  readonly #options: ListenersSecurityOptions;
  #byListener: ReadonlyMap<string, ListenerSecurity>;
  /** One after the other, in the order in which they were asked for. */
  #changes: Promise<void> = Promise.resolve();

  private constructor(options: ListenersSecurityOptions, byListener: ReadonlyMap<string, ListenerSecurity>) {
    this.#options = options;
    this.#byListener = byListener;
  }

  /** `texts`: the settings of the broker. Throws `ConfigError`. */
  static async load(options: ListenersSecurityOptions, texts: Texts): Promise<ListenersSecurity> {
    return new ListenersSecurity(options, await loadAll(options, texts));
  }

  /** Reads key stores and trust stores as these settings of the broker say. Throws `ConfigError` where a listener could not be secured by them. */
  async checkStores(texts: Texts): Promise<ReadonlyMap<string, ListenerSecurity>> {
    const loaded = this.#options.endpoints.map(async (endpoint) => {
      const { name } = endpoint;
      const before = this.#of(name);
      try {
        const tls = await loadListenerTls(endpoint, texts, this.#options.disk);
        if (before.tls && tls) requireSameIdentity(before.tls, tls, withPrefix(texts, listenerPrefix(name)));
        return [name, { ...before, tls }] as const;
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        throw new ConfigError(`Cannot secure the listener ${name}: ${error.message}`);
      }
    });
    return new Map(await Promise.all(loaded));
  }

  /** Connections that come later find the stores of these settings. Where they are of no use, everything stays as it was. */
  changeStores(texts: Texts): Promise<void> {
    const { logger, endpoints } = this.#options;
    if (!endpoints.some(({ securityProtocol }) => isTls(securityProtocol))) return Promise.resolve();
    this.#changes = this.#changes.then(async () => {
      try {
        this.#byListener = await this.checkStores(texts);
        logger.info({}, 'key stores and trust stores were read again');
      } catch (err) {
        logger.error({ err }, 'key stores and trust stores cannot be changed and stay as they were');
      }
    });
    return this.#changes;
  }

  /** How a listener is secured at the time of a call; undefined where it has no TLS. */
  tlsOf(listener: string): TlsListenerOptions['settings'] | undefined {
    if (this.#of(listener).tls === undefined) return undefined;
    return () => {
      const { tls } = this.#of(listener);
      if (tls === undefined) throw new Error(`the listener ${listener} has lost its TLS`);
      return tls;
    };
  }

  /** Who comes with a stream, or how it may prove that; undefined where its certificate gives no principal. */
  authenticate(stream: Stream, listener: string): Authentication | undefined {
    const { clock, logger } = this.#options;
    const { sasl, principalOf } = this.#of(listener);
    if (sasl !== undefined) return new SaslAuthentication({ settings: sasl, clock, logger });
    try {
      return settled(principalOf(stream));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      logger.info({ peer: peerName(stream.remote), listener, reason }, 'authentication failed');
      return undefined;
    }
  }

  #of(listener: string): ListenerSecurity {
    const security = this.#byListener.get(listener);
    if (security === undefined) throw new Error(`there is no listener ${listener}`);
    return security;
  }
}

async function loadAll(
  options: ListenersSecurityOptions,
  texts: Texts,
): Promise<ReadonlyMap<string, ListenerSecurity>> {
  const loaded = options.endpoints.map(
    async (endpoint) => [endpoint.name, await loadListenerSecurity(endpoint, texts, options)] as const,
  );
  return new Map(await Promise.all(loaded));
}
