// What is known of the sender of a request, for subscriptions that are meant for some clients only.

import type { RequestContext } from '../handler.ts';
import type { TelemetryClient } from './client-telemetry.ts';

export function telemetryClient({ clientId, connection }: RequestContext): TelemetryClient {
  const { remote, software, signal } = connection;
  return {
    attributes: {
      client_id: clientId,
      client_software_name: software.name,
      client_software_version: software.version,
      client_source_address: remote.host,
      client_source_port: String(remote.port),
    },
    signal,
  };
}
