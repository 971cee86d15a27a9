import type { Assembly, Json } from '../../assembly';
import { isObject } from '../../assembly/json';
import { type Peer, type RuleSource, sourceText } from '../../aws/ec2/rule-source';
import type { Rule } from '../../aws/ec2/security-group';
import { addressText, rangeOf } from './addresses';

/** In a VPC whose range the assembly does not tell. */
const ANY_ADDRESS = '10.0.0.10';

/** Of a prefix list whose entries the assembly does not tell: in no range but that of all addresses. */
const ELSEWHERE = '203.0.113.10';

/** Who comes by a rule of blue. */
export class Peers {
  readonly assumed: string[] = [];
  private readonly vpc: string | undefined;
  private readonly admitted: readonly string[];

  /** @param admitting - the rules by which green lets clients in */
  constructor(
    private readonly assembly: Assembly,
    groupIds: readonly string[],
    private readonly admitting: readonly Rule[],
  ) {
    this.vpc = this.rangeOfVpc(groupIds);
    this.admitted = admitting.flatMap(({ source }) => (source.kind === 'cidr' ? [source.cidr] : []));
  }

  of(source: RuleSource): Peer {
    switch (source.kind) {
      case 'group':
        return { address: this.addressOfMember(source.groupId), groupIds: [source.groupId] };
      case 'cidr':
        return { address: this.addressWithin(source.cidr), groupIds: [] };
      case 'cidr6':
        return { address6: source.cidr.split('/')[0] ?? '', groupIds: [] };
      case 'prefixList':
        return {
          address: this.addressOfList(source.prefixListId),
          groupIds: [],
          prefixListIds: [source.prefixListId],
        };
    }
  }

  private addressOfMember(groupId: string): string {
    if (this.vpc !== undefined) return hostIn(this.vpc);
    const [range] = this.admitted;
    if (range === undefined) return ANY_ADDRESS;
    const byGroup = this.admitting.some(({ source }) => sourceText(source) === groupId);
    if (!byGroup) {
      this.assumed.push(
        `The app does not state the range of the VPC. The rehearsal gives clients of ${groupId} addresses in ${range}, which green lets in.`,
      );
    }
    return hostIn(range);
  }

  /** Of a range that is let in by half, one of the half that is not. */
  private addressWithin(cidr: string): string {
    const { first, last } = rangeOf(cidr);
    const ranges = this.admitted.map(rangeOf);
    const edges = ranges.map((range) => range.last + 1).filter((edge) => edge > first && edge <= last);
    const isOut = (address: number) => ranges.every((range) => address < range.first || address > range.last);
    const shutOut = [first, ...edges].find(isOut);
    return shutOut === undefined ? hostIn(cidr) : addressText(shutOut);
  }

  private addressOfList(id: string): string {
    const list = this.assembly.resources('AWS::EC2::PrefixList').find(({ physicalId }) => physicalId === id);
    const [entry] = (list?.property('Entries') as readonly Json[] | undefined) ?? [];
    return isObject(entry) && typeof entry.Cidr === 'string' ? hostIn(entry.Cidr) : ELSEWHERE;
  }

  private rangeOfVpc(groupIds: readonly string[]): string | undefined {
    const group = this.assembly
      .resources('AWS::EC2::SecurityGroup')
      .find(({ physicalId }) => groupIds.includes(String(physicalId)));
    const vpc = this.assembly
      .resources('AWS::EC2::VPC')
      .find(({ physicalId }) => physicalId === group?.property('VpcId'));
    const range = vpc?.property('CidrBlock');
    return typeof range === 'string' ? range : undefined;
  }
}

function hostIn(cidr: string): string {
  const { first, last } = rangeOf(cidr);
  return addressText(Math.min(first + 10, last));
}
