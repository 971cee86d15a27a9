import type {
  DescribeVpcPeeringConnectionsRequest,
  DescribeVpcPeeringConnectionsResult,
  DescribeVpcsRequest,
  DescribeVpcsResult,
  VpcPeeringConnection,
} from '@aws-sdk/client-ec2';
import { AwsError, NotRehearsedError } from '../aws-error';
import { page } from '../page';
import type { Operation } from '../service';
import { checkFilters, meets } from './filters';
import { checkIds, VPC } from './ids';

const MAX_RESULTS = 1000;

/** VPCs by their addresses, and which are peered. */
export class Vpcs {
  private readonly blocks = new Map<string, readonly string[]>();
  private readonly peerings: VpcPeeringConnection[] = [];

  add(vpcId: string, ...cidrBlocks: readonly string[]): void {
    this.blocks.set(vpcId, cidrBlocks);
  }

  addPeering(peering: VpcPeeringConnection): void {
    this.peerings.push(peering);
  }

  readonly operations = {
    describeVpcs: {
      needs: () => [{ action: 'ec2:DescribeVpcs', resources: ['*'] }],
      run: (request) => this.describe(request),
    } satisfies Operation<DescribeVpcsRequest, DescribeVpcsResult>,
    describeVpcPeeringConnections: {
      needs: () => [{ action: 'ec2:DescribeVpcPeeringConnections', resources: ['*'] }],
      run: (request) => this.describePeerings(request),
    } satisfies Operation<DescribeVpcPeeringConnectionsRequest, DescribeVpcPeeringConnectionsResult>,
  };

  private describe({ VpcIds: ids = [], Filters: filters = [] }: DescribeVpcsRequest): DescribeVpcsResult {
    if (filters.length > 0 || ids.length === 0) throw new NotRehearsedError('DescribeVpcs without VpcIds');
    checkIds(VPC, ids);
    const missing = ids.filter((id) => !this.blocks.has(id));
    if (missing.length > 0) {
      throw new AwsError('InvalidVpcID.NotFound', `The vpc ID '${missing.join(', ')}' does not exist`);
    }
    return {
      Vpcs: ids.map((id) => {
        const [first, ...more] = this.blocks.get(id) ?? [];
        return {
          VpcId: id,
          CidrBlock: first,
          CidrBlockAssociationSet: [first, ...more].map((CidrBlock) => ({
            CidrBlock,
            CidrBlockState: { State: 'associated' as const },
          })),
        };
      }),
    };
  }

  private describePeerings(request: DescribeVpcPeeringConnectionsRequest): DescribeVpcPeeringConnectionsResult {
    const { Filters: filters = [], MaxResults: size = MAX_RESULTS } = request;
    checkFilters(filters, ['status-code']);
    const matching = this.peerings.filter(({ Status }) => meets(filters, { 'status-code': Status?.Code }));
    const refuse = () => new AwsError('InvalidPaginationToken', 'The token is not valid.');
    const { items, next } = page(matching, request.NextToken, size, refuse);
    return { VpcPeeringConnections: [...items], ...(next !== undefined && { NextToken: next }) };
  }
}
