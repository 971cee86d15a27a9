/** What turns the query log of a VPC on, for a stack of the VPC's account and Region. */
export function queryLogCode(vpcId: string): string {
  return `import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  CfnResolverQueryLoggingConfig,
  CfnResolverQueryLoggingConfigAssociation,
} from 'aws-cdk-lib/aws-route53resolver';

// In the constructor of a stack. Anyone who may read the log sees which names are asked for in ${vpcId}, and by whom.
const queries = new LogGroup(this, 'QueryLog', {
  retention: RetentionDays.ONE_MONTH,
  removalPolicy: RemovalPolicy.DESTROY,
});
const config = new CfnResolverQueryLoggingConfig(this, 'QueryLogConfig', { destinationArn: queries.logGroupArn });
new CfnResolverQueryLoggingConfigAssociation(this, 'QueryLogAssociation', {
  resourceId: '${vpcId}',
  resolverQueryLogConfigId: config.attrId,
});
`;
}
