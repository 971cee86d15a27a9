import type {
  DescribeNetworkInterfacesRequest,
  DescribeNetworkInterfacesResult,
  NetworkInterface,
} from '@aws-sdk/client-ec2';
import { AwsError } from '../aws-error';
import { page } from '../page';
import type { Operation } from '../service';
import { checkFilters, meets } from './filters';

const FILTERS = ['addresses.private-ip-address', 'network-interface-id', 'vpc-id'];
const MIN_RESULTS = 5;
const MAX_RESULTS = 1000;

/**
 * The network interfaces of the account, as those who made them describe them.
 *
 * @see docs/aws-facts.md#ec2-network-interfaces
 */
export class NetworkInterfaces {
  private readonly known: NetworkInterface[] = [];

  add(networkInterface: NetworkInterface): void {
    this.known.push(networkInterface);
  }

  readonly operations = {
    describeNetworkInterfaces: {
      needs: () => [{ action: 'ec2:DescribeNetworkInterfaces', resources: ['*'] }],
      run: (request) => this.describe(request),
    } satisfies Operation<DescribeNetworkInterfacesRequest, DescribeNetworkInterfacesResult>,
  };

  private describe(request: DescribeNetworkInterfacesRequest): DescribeNetworkInterfacesResult {
    const { Filters: filters = [], MaxResults: size = MAX_RESULTS, NetworkInterfaceIds: ids = [] } = request;
    checkFilters(filters, FILTERS);
    if (ids.length > 0 && request.MaxResults !== undefined) {
      throw new AwsError(
        'InvalidParameterCombination',
        'The parameter NetworkInterfaceIds cannot be used with the parameter MaxResults',
      );
    }
    if (size < MIN_RESULTS || size > MAX_RESULTS) {
      throw new AwsError('InvalidParameterValue', `MaxResults must be from ${MIN_RESULTS} to ${MAX_RESULTS}.`);
    }
    const matching = this.known
      .filter(({ NetworkInterfaceId: id = '' }) => ids.length === 0 || ids.includes(id))
      .filter((each) =>
        [
          each.PrivateIpAddress,
          ...(each.PrivateIpAddresses ?? []).map(({ PrivateIpAddress }) => PrivateIpAddress),
        ].some((address) =>
          meets(filters, {
            'addresses.private-ip-address': address,
            'network-interface-id': each.NetworkInterfaceId,
            'vpc-id': each.VpcId,
          }),
        ),
      );
    const refuse = () => new AwsError('InvalidPaginationToken', 'The token is not valid.');
    const { items, next } = page(matching, request.NextToken, size, refuse);
    return { NetworkInterfaces: [...items], ...(next !== undefined && { NextToken: next }) };
  }
}
