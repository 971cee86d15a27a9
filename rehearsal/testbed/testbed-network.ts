import type { Peer } from '../aws/ec2/rule-source';
import type { SecurityGroups } from '../aws/ec2/security-groups';
import { DnsServer } from '../network/dns-server';
import type { Firewall } from '../network/firewall';
import { FirewalledEndpoint } from '../network/firewalled-endpoint';
import { claimLoopbackNetwork, type LoopbackNetwork } from '../network/loopback-network';
import type { Zone } from '../network/zone';
import type { Side } from '../report/result';
import type { ClientSource } from './clients/client-sources';
import { type Migration, type MigrationSide, recordsOf } from './migration';

/** A side, the converting replica between the two, the relay as clients reach it, or where it listens itself. */
export type ServerName = Side | 'converting' | 'relay' | 'relayHost';

interface Address {
  readonly host: string;
  readonly port: number;
}

/** Both sides as the network meets them. */
export interface Endpoints {
  /** Where each side's server listens, past any firewall. */
  readonly servers: Readonly<Record<Side, Address>>;
  /** The converting replica between the two. Absent: there is none. */
  readonly converting?: (MigrationSide & { readonly server: Address }) | undefined;
  /** The security groups that a side is in now. @default - those that the migration says */
  groupsOf?(side: Side): readonly string[];
  /** The names that AWS gives the sides' endpoints, as its name servers answer. */
  endpointZones(addressOf: (side: Side) => string): readonly Zone[];
}

export interface TestbedNetworkProps {
  readonly migration: Migration;
  readonly system: Endpoints;
  readonly securityGroups: SecurityGroups;
  /** The private zone as its name servers answer. */
  readonly zone: Zone;
  readonly random: () => number;
  /** Who the clients' hosts are to a security group: those of one source after those of another. */
  readonly sources: readonly ClientSource[];
}

/** The host part of a side's address, and where clients' begin. */
const HOSTS = { blue: 1, green: 2, converting: 3, relay: 4, relayHost: 5, firstClient: 10 } as const;

/** The network between clients, the migration host and both sides: DNS, security groups, addresses. */
export class TestbedNetwork {
  static async start(props: TestbedNetworkProps): Promise<TestbedNetwork> {
    const loopback = await claimLoopbackNetwork();
    const peers = new Map<string, Peer>();
    const started: { stop(): Promise<void> }[] = [{ stop: () => loopback.release() }];
    try {
      const firewalls = {} as Record<Side, FirewalledEndpoint>;
      for (const side of ['blue', 'green'] as const) {
        firewalls[side] = await FirewalledEndpoint.start({
          name: side,
          listen: { host: loopback.address(HOSTS[side]), port: props.migration.sides[side].port },
          target: props.system.servers[side],
          firewall: firewallOf(
            props,
            () => props.system.groupsOf?.(side) ?? props.migration.sides[side].securityGroupIds,
            peers,
          ),
          keepsPortsOf: loopback.address(HOSTS.relayHost),
        });
        started.push(firewalls[side]);
      }
      const converting = await endpointOfConverting(props, loopback, peers);
      if (converting !== undefined) started.push(converting);
      const relay = await endpointOfRelay(props, loopback, peers);
      if (relay !== undefined) started.push(relay);
      const dns = await DnsServer.start({
        zones: [props.zone, ...props.system.endpointZones((side) => loopback.address(HOSTS[side]))],
        random: props.random,
      });
      return new TestbedNetwork(loopback, firewalls, dns, props, peers, { converting, relay });
    } catch (error) {
      await Promise.all(started.map((each) => each.stop()));
      throw error;
    }
  }

  private constructor(
    private readonly loopback: LoopbackNetwork,
    readonly firewalls: Readonly<Record<Side, FirewalledEndpoint>>,
    readonly dns: DnsServer,
    private readonly props: TestbedNetworkProps,
    private readonly peers: Map<string, Peer>,
    private readonly others: Readonly<Partial<Record<'converting' | 'relay', FirewalledEndpoint | undefined>>>,
  ) {}

  /** In front of the converting replica. */
  get converting(): FirewalledEndpoint | undefined {
    return this.others.converting;
  }

  /** Who blue lets in. */
  get sources(): readonly ClientSource[] {
    return this.props.sources;
  }

  /** The address of a side, as its endpoint's name leads to. */
  address(server: ServerName): string {
    return this.loopback.address(HOSTS[server]);
  }

  /** Each side as clients reach it. */
  get endpoints(): Readonly<Record<Side, { readonly host: string; readonly port: number }>> {
    const of = (side: Side) => ({ host: this.address(side), port: this.props.migration.sides[side].port });
    return { blue: of('blue'), green: of('green') };
  }

  /** The relay as clients reach it; empty where there is none. */
  get relayEndpoint(): { readonly relay?: { readonly host: string; readonly port: number } } {
    const { relay } = this.others;
    return relay === undefined ? {} : { relay: { host: relay.host, port: relay.port } };
  }

  /** Addresses of so many more hosts of clients, which come by that source. */
  hostsOf({ peer }: ClientSource, count: number): string[] {
    return Array.from({ length: count }, () => {
      const address = this.loopback.address(HOSTS.firstClient + this.peers.size);
      this.peers.set(address, peer);
      return address;
    });
  }

  async stop(): Promise<void> {
    await Promise.all([
      this.firewalls.blue.stop(),
      this.firewalls.green.stop(),
      this.others.converting?.stop(),
      this.others.relay?.stop(),
      this.dns.stop(),
      this.loopback.release(),
    ]);
  }
}

async function endpointOfConverting(
  props: TestbedNetworkProps,
  loopback: LoopbackNetwork,
  peers: ReadonlyMap<string, Peer>,
): Promise<FirewalledEndpoint | undefined> {
  const { converting } = props.system;
  if (converting === undefined) return undefined;
  return FirewalledEndpoint.start({
    name: 'converting',
    listen: { host: loopback.address(HOSTS.converting), port: converting.port },
    target: converting.server,
    firewall: firewallOf(props, () => converting.securityGroupIds, peers),
  });
}

/** In front of the agent, which relays. Its groups are its own, and those that let clients in on blue. */
async function endpointOfRelay(
  props: TestbedNetworkProps,
  loopback: LoopbackNetwork,
  peers: ReadonlyMap<string, Peer>,
): Promise<FirewalledEndpoint | undefined> {
  const { migration } = props;
  if (!recordsOf(migration).some(({ relay }) => relay !== undefined)) return undefined;
  const { port, securityGroupIds } = migration.sides.blue;
  return FirewalledEndpoint.start({
    name: 'relay',
    listen: { host: loopback.address(HOSTS.relay), port },
    target: { host: loopback.address(HOSTS.relayHost), port },
    firewall: firewallOf(props, () => [migration.host.securityGroupId, ...securityGroupIds], peers),
  });
}

/** The security groups of a server, as EC2 has them at the moment. */
function firewallOf(
  { migration, securityGroups }: TestbedNetworkProps,
  groupsOf: () => readonly string[],
  peers: ReadonlyMap<string, Peer>,
): Firewall {
  const host: Peer = { address: VPC_ADDRESS, groupIds: [migration.host.securityGroupId] };
  return {
    judge: ({ source, port }) => {
      const groupIds = groupsOf();
      // A side without security groups of its own lets everyone in who reaches it.
      if (groupIds.length === 0) return 'tracked';
      // A process that binds no address of its own is the agent.
      const peer = peers.get(source) ?? host;
      const isOpen =
        securityGroups.allows(groupIds, port, peer) &&
        securityGroups.allowsOut(peer.groupIds, port, { address: VPC_ADDRESS, groupIds });
      return isOpen ? 'tracked' : 'dropped';
    },
  };
}

/** As rules by CIDR see what is in the VPC. */
const VPC_ADDRESS = '10.0.0.10';
