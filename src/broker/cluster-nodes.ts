// The brokers as clients of a listener see them: this one.

import type { RequestContext } from './handler.ts';

export interface ClusterNode {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
  readonly rack: string | null;
}

/** This node, under the address that clients of the request's listener are told. */
export function thisNode({ services, connection }: RequestContext): ClusterNode {
  const advertised = services.listeners.advertised(connection.listenerName);
  if (advertised === undefined) throw new Error(`listener ${connection.listenerName} is not open`);
  return {
    nodeId: services.nodeId,
    host: advertised.host,
    port: advertised.port,
    rack: services.config['broker.rack'],
  };
}

export function clusterNodes(context: RequestContext): ClusterNode[] {
  return [thisNode(context)];
}
