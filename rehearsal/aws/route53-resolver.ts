import { AwsError, NotRehearsedError } from './aws-error';
import { type AwsEnvironment, arnOf } from './environment';
import { page } from './page';
import type {
  GetConfigRequest,
  GetConfigResponse,
  ListAssociationsRequest,
  ListAssociationsResponse,
  QueryLogAssociation,
} from './sdk-schemas/route53resolver';
import type { AwsService, Operation } from './service';

const MAX_RESULTS = 100;

/**
 * Route 53 Resolver: of which VPCs queries are logged, and where.
 *
 * @see docs/aws-facts.md#resolver-query-log
 */
export class Route53Resolver implements AwsService {
  readonly identifier = 'route53resolver';
  private readonly associations: QueryLogAssociation[] = [];
  private readonly destinations = new Map<string, string>();

  constructor(private readonly environment: AwsEnvironment) {}

  /** @param destinationArn of a log group, a bucket or a delivery stream */
  logQueries(vpcId: string, destinationArn: string, status: QueryLogAssociation['Status'] = 'ACTIVE'): void {
    const { ids } = this.environment;
    const config = `rqlc-${ids.hex(17)}`;
    this.destinations.set(config, destinationArn);
    this.associations.push({
      Id: `rqlca-${ids.hex(17)}`,
      ResolverQueryLogConfigId: config,
      ResourceId: vpcId,
      Status: status,
      ...(status === 'FAILED' && {
        Error: 'ACCESS_DENIED',
        ErrorMessage: 'The log group refuses what Resolver writes.',
      }),
    });
  }

  readonly operations = {
    listResolverQueryLogConfigAssociations: {
      needs: () => [{ action: 'route53resolver:ListResolverQueryLogConfigAssociations', resources: ['*'] }],
      run: (request) => this.list(request),
    } satisfies Operation<ListAssociationsRequest, ListAssociationsResponse>,
    getResolverQueryLogConfig: {
      needs: ({ ResolverQueryLogConfigId: id = '*' }) => [
        {
          action: 'route53resolver:GetResolverQueryLogConfig',
          resources: [arnOf(this.environment, 'route53resolver', `resolver-query-log-config/${id}`)],
        },
      ],
      run: ({ ResolverQueryLogConfigId: id = '' }) => {
        const destination = this.destinations.get(id);
        if (destination === undefined) throw new AwsError('ResourceNotFoundException', `${id} does not exist.`);
        return { ResolverQueryLogConfig: { Id: id, DestinationArn: destination, Status: 'CREATED' } };
      },
    } satisfies Operation<GetConfigRequest, GetConfigResponse>,
  };

  private list({ Filters = [], MaxResults, NextToken }: ListAssociationsRequest): ListAssociationsResponse {
    const other = Filters.find(({ Name }) => Name !== 'ResourceId');
    if (other !== undefined) throw new NotRehearsedError(`ListResolverQueryLogConfigAssociations by ${other.Name}`);
    const matching = this.associations.filter(({ ResourceId = '' }) =>
      Filters.every(({ Values = [] }) => Values.includes(ResourceId)),
    );
    const refuse = () => new AwsError('InvalidParameterException', 'The token is not valid.');
    const { items, next } = page(matching, NextToken, MaxResults ?? MAX_RESULTS, refuse);
    return { ResolverQueryLogConfigAssociations: items, ...(next !== undefined && { NextToken: next }) };
  }
}
