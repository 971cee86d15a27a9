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

/** Whoever opens a connection: its address, and the security groups it is in. */
export interface Peer {
  readonly address?: string;
  readonly groupIds: readonly string[];
}

/** Whether a source means the peer. */
export function matchesPeer(source: RuleSource, peer: Peer): boolean {
  switch (source.kind) {
    case 'group':
      return peer.groupIds.includes(source.groupId);
    case 'cidr':
      return peer.address !== undefined && contains(source.cidr, peer.address);
    // Of neither has the rehearsal any peers.
    case 'cidr6':
    case 'prefixList':
      return false;
  }
}

function contains(cidr: string, address: string): boolean {
  const [network = '', bits] = cidr.split('/');
  const block = new BlockList();
  block.addSubnet(network, Number(bits), 'ipv4');
  return block.check(address, 'ipv4');
}
