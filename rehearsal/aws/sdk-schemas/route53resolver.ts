import { serviceModel } from './service-model';

/**
 * What `cutover clients` calls of Route 53 Resolver, as AWS's API model has it (route53resolver/2018-04-01): the SDK's package of
 * this service is of before it had schemas.
 */
export const NAMESPACE = 'com.amazonaws.route53resolver';
const { structure, list, operation, error } = serviceModel(NAMESPACE);

const Association = structure('ResolverQueryLogConfigAssociation', {
  Id: 0,
  ResolverQueryLogConfigId: 0,
  ResourceId: 0,
  Status: 0,
  Error: 0,
  ErrorMessage: 0,
  CreationTime: 0,
});

export const ListResolverQueryLogConfigAssociations = operation(
  'ListResolverQueryLogConfigAssociations',
  structure('ListResolverQueryLogConfigAssociationsRequest', {
    MaxResults: 1,
    NextToken: 0,
    Filters: () => list('Filters', () => structure('Filter', { Name: 0, Values: 64 })),
    SortBy: 0,
    SortOrder: 0,
  }),
  structure('ListResolverQueryLogConfigAssociationsResponse', {
    NextToken: 0,
    TotalCount: 1,
    TotalFilteredCount: 1,
    ResolverQueryLogConfigAssociations: () => list('ResolverQueryLogConfigAssociationList', () => Association),
  }),
);

export const GetResolverQueryLogConfig = operation(
  'GetResolverQueryLogConfig',
  structure('GetResolverQueryLogConfigRequest', { ResolverQueryLogConfigId: 0 }, 1),
  structure('GetResolverQueryLogConfigResponse', {
    ResolverQueryLogConfig: () =>
      structure('ResolverQueryLogConfig', { Id: 0, OwnerId: 0, Status: 0, Arn: 0, Name: 0, DestinationArn: 0 }),
  }),
);

export const AccessDeniedException = error('AccessDeniedException', { error: 'client' });
export const InvalidParameterException = error('InvalidParameterException', { error: 'client' });
export const InvalidRequestException = error('InvalidRequestException', { error: 'client' });
export const ResourceNotFoundException = error('ResourceNotFoundException', { error: 'client' });
export const ThrottlingException = error('ThrottlingException', { error: 'client' });

/** Of an answer, in the SDK for JavaScript's spelling. */
export interface QueryLogAssociation {
  readonly Id?: string;
  readonly ResolverQueryLogConfigId?: string;
  /** The VPC. */
  readonly ResourceId?: string;
  readonly Status?: 'ACTIVE' | 'ACTION_NEEDED' | 'CREATING' | 'DELETING' | 'FAILED';
  readonly Error?: string;
  readonly ErrorMessage?: string;
}

export interface ListAssociationsRequest {
  readonly MaxResults?: number;
  readonly NextToken?: string;
  readonly Filters?: readonly { readonly Name?: string; readonly Values?: readonly string[] }[];
}

export interface ListAssociationsResponse {
  readonly NextToken?: string;
  readonly ResolverQueryLogConfigAssociations?: readonly QueryLogAssociation[];
}

export interface GetConfigRequest {
  readonly ResolverQueryLogConfigId?: string;
}

export interface GetConfigResponse {
  readonly ResolverQueryLogConfig?: {
    readonly Id?: string;
    readonly DestinationArn?: string;
    readonly Status?: string;
  };
}
