import { Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { Reach } from '../../../contract/common';
import { ClientIngress } from '../../cutover/client-ingress/client-ingress';
import { HOST_RULE, IngressComparison } from '../../cutover/client-ingress/ingress-comparison';
import { vpcCidrs } from '../../cutover/client-ingress/vpc-cidrs';
import type { MigrationHost } from '../../cutover/host/migration-host';
import type { SideFacts } from '../../cutover/machine/cutover';
import type { KindScope, Stage } from '../../cutover/migration/kind';
import { CutoverRecord } from '../../cutover/record/cutover-record';
import type { IBaseCache } from '../cache/base-cache';
import { TransitEncryption } from '../cache/transit-encryption';
import type { CacheMigrationProps } from './cache-migration-props';

/** Blue and green, and how they are reached, whatever they speak. */
export interface CacheSides {
  readonly blue: IBaseCache;
  readonly green: IBaseCache;
}

/** @param relayAddress of the host, where it relays */
export function recordOf(
  { migration, logs }: KindScope,
  { record, blue, green }: CacheMigrationProps,
  relayAddress?: string,
): CutoverRecord {
  return new CutoverRecord(migration, 'Record', {
    ...record,
    blueTarget: blue.endpointAddress,
    greenTarget: green.endpointAddress,
    ...(relayAddress !== undefined && { relayAddress }),
    ...logs,
  });
}

export function sideFacts(cache: IBaseCache): SideFacts {
  return {
    port: cache.endpointPort,
    securityGroupIds: cache.securityGroups.map(({ securityGroupId }) => securityGroupId),
  };
}

export function reachOfCache(cache: IBaseCache): Reach {
  return {
    host: cache.endpointAddress,
    port: cache.endpointPort,
    // Where both are served, credentials and keys go by TLS.
    tls: cache.transitEncryption !== TransitEncryption.NONE,
    ...(cache.tlsServerName !== undefined && { serverName: cache.tlsServerName }),
  };
}

/** Lets the host reach both sides. */
export function letHostIn(migration: Construct, host: MigrationHost, { blue, green }: CacheSides): void {
  letIn(migration, host, 'Blue', blue);
  letIn(migration, host, 'Green', green);
}

/** The rules belong to the migration and go with it; `connections` would put them into the cache's own stack. */
function letIn(migration: Construct, host: MigrationHost, side: string, cache: IBaseCache): void {
  const port = Port.tcp(cache.endpointPort);
  if (cache.securityGroups.length === 0) host.connections.allowToAnyIpv4(port, `To ${cache.node.id}`);
  cache.securityGroups.forEach((group, index) => {
    const peer = SecurityGroup.fromSecurityGroupId(migration, `${side}Group${index}`, group.securityGroupId);
    peer.connections.allowFrom(host, port, HOST_RULE);
  });
}

/** Who may connect to either side. */
export function ingressOf({ scope, host }: Stage, { vpc, clientsLeftBehind = [], blue, green }: CacheMigrationProps) {
  return {
    ingress: new ClientIngress({
      hostSecurityGroupId: host.securityGroup.securityGroupId,
      securityGroupIds: [blue, green].flatMap((cache) => sideFacts(cache).securityGroupIds),
    }),
    ingressComparison: new IngressComparison(scope, { vpcCidrs: vpcCidrs(vpc), leftBehind: clientsLeftBehind }),
  };
}
