import { BlockList } from 'node:net';

/** Where traffic may come from. */
export type RuleSource =
  | { readonly kind: 'cidr'; readonly cidr: string }
  | { readonly kind: 'cidr6'; readonly cidr: string }
  | { readonly kind: 'group'; readonly groupId: string; readonly userId?: string }
  | { readonly kind: 'prefixList'; readonly prefixListId: string };

/** A source as EC2's messages name it. */
export function sourceText(source: RuleSource): string {
  switch (source.kind) {
    case 'cidr':
    case 'cidr6':
      return source.cidr;
    case 'group':
      return source.groupId;
    case 'prefixList':
      return source.prefixListId;
  }
}

/** The client of a connection: its address, the security groups it is in, and the prefix lists that have its address. */
export interface Peer {
  readonly address?: string;
  /** Of one that comes by IPv6 alone. */
  readonly address6?: string;
  readonly groupIds: readonly string[];
  readonly prefixListIds?: readonly string[];
}

/** Whether a source means the peer. */
export function matchesPeer(source: RuleSource, peer: Peer): boolean {
  switch (source.kind) {
    case 'group':
      return peer.groupIds.includes(source.groupId);
    case 'cidr':
      return peer.address !== undefined && contains(source.cidr, peer.address, 'ipv4');
    case 'cidr6':
      return peer.address6 !== undefined && contains(source.cidr, peer.address6, 'ipv6');
    case 'prefixList':
      return peer.prefixListIds?.includes(source.prefixListId) ?? false;
  }
}

function contains(cidr: string, address: string, family: 'ipv4' | 'ipv6'): boolean {
  const [network = '', bits] = cidr.split('/');
  const block = new BlockList();
  block.addSubnet(network, Number(bits), family);
  return block.check(address, family);
}
