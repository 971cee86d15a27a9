import { CfnResource, Names, type RemovalPolicy, type aws_rds as rds, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type CustomEndpoint, type CustomEndpointOptions, CustomEndpointType } from '../readers/reader-endpoints';

const MAX_IDENTIFIER_LENGTH = 63;

export interface CustomEndpointProps {
  readonly options: CustomEndpointOptions;
  readonly cluster: rds.CfnDBCluster;
  /** By the names that members are stated by. */
  readonly instances: Readonly<Record<string, rds.CfnDBInstance>>;
  readonly removalPolicy: RemovalPolicy;
}

/**
 * Makes a custom endpoint by CloudFormation's own type. It is newer than the oldest aws-cdk-lib that is supported, which
 * has no class of it.
 *
 * @see docs/aws-facts.md#cloudformation-cluster-endpoint
 */
export function makeCustomEndpoint(scope: Construct, props: CustomEndpointProps): CustomEndpoint {
  const { options, cluster, instances, removalPolicy } = props;
  const { name, endpointType = CustomEndpointType.READER, staticMembers, excludedMembers } = options;
  const identifierOf = (member: string) => instances[member]?.ref ?? member;
  const resource = new CfnResource(scope, `CustomEndpoint${name}`, { type: 'AWS::RDS::DBClusterEndpoint' });
  const endpointIdentifier = identifierFor(resource);
  const properties = {
    DBClusterIdentifier: cluster.ref,
    DBClusterEndpointIdentifier: endpointIdentifier,
    CustomEndpointType: endpointType,
    StaticMembers: staticMembers?.map(identifierOf),
    ExcludedMembers: excludedMembers?.map(identifierOf),
  };
  for (const [property, value] of Object.entries(properties)) {
    if (value !== undefined) resource.addPropertyOverride(property, value);
  }
  // One without a list has every instance there is.
  resource.node.addDependency(...Object.values(instances));
  resource.applyRemovalPolicy(removalPolicy);
  return { name, endpointIdentifier, endpointAddress: Token.asString(resource.getAtt('Endpoint')) };
}

/** RDS makes up none, and wants one that is unique in the Region: small letters, digits and single hyphens. */
function identifierFor(resource: CfnResource): string {
  const unique = Names.uniqueResourceName(resource, { maxLength: MAX_IDENTIFIER_LENGTH - 2, separator: '-' });
  const plain = unique.toLowerCase().replaceAll(/-+/g, '-').replaceAll(/^-|-$/g, '');
  return /^[a-z]/.test(plain) ? plain : `e-${plain}`;
}
