import {
  actionName,
  exceptionClassName,
  memberName,
  serviceClassName,
} from '../../../../rehearsal/aws/sdk-schemas/java-names';
import { errorName, sdkError } from '../../../../rehearsal/aws/sdk-schemas/operations';
import { findSdkService } from '../../../../rehearsal/aws/sdk-schemas/services';

// Names as the SDK for Java 2 publishes them.
test.each([
  ['TTL', 'Ttl'],
  ['DBClusterIdentifier', 'DbClusterIdentifier'],
  ['SourceDBClusterIdentifier', 'SourceDBClusterIdentifier'],
  ['desiredCount', 'DesiredCount'],
  ['AZMode', 'AzMode'],
  ['ARN', 'Arn'],
  ['EC2SecurityGroupId', 'Ec2SecurityGroupId'],
  ['Ipv6Ranges', 'Ipv6Ranges'],
  ['CidrIp', 'CidrIp'],
  ['DNSName', 'DnsName'],
  ['VPCId', 'VpcId'],
  ['Equals', 'EqualsValue'],
  ['Default', 'DefaultValue'],
])('the member %s is spelt %s', (member, expected) => {
  expect(memberName(member)).toBe(expected);
});

test('an action is the operation with a small first letter', () => {
  expect(actionName('DescribeDBClusters')).toBe('describeDBClusters');
  expect(actionName('ChangeResourceRecordSets')).toBe('changeResourceRecordSets');
});

test.each([
  ['Route 53', 'Route53'],
  ['SSM', 'Ssm'],
  ['EC2', 'Ec2'],
  ['ElastiCache', 'ElastiCache'],
  ['Application Auto Scaling', 'ApplicationAutoScaling'],
  ['Elastic Load Balancing v2', 'ElasticLoadBalancingV2'],
  ['CloudWatch', 'CloudWatch'],
])('errors of %s begin with %s', (serviceId, expected) => {
  expect(serviceClassName(serviceId)).toBe(expected);
});

test.each([
  ['DBClusterNotFoundFault', 'DbClusterNotFoundException'],
  ['ParameterNotFound', 'ParameterNotFoundException'],
  ['CacheClusterNotFoundFault', 'CacheClusterNotFoundException'],
  ['InvalidChangeBatch', 'InvalidChangeBatchException'],
  ['TaskDoesNotExist', 'TaskDoesNotExistException'],
  ['ServiceNotActiveException', 'ServiceNotActiveException'],
])('the error %s is called %s', (shape, expected) => {
  expect(exceptionClassName(shape)).toBe(expected);
});

test('a modelled error is named by its class, any other by its service', async () => {
  const elasticache = findSdkService('elasticache');
  if (elasticache === undefined) {
    throw new Error('elasticache is a service');
  }
  const notFound = await sdkError(elasticache, 'CacheClusterNotFoundFault');
  expect(notFound).toEqual({ shape: 'CacheClusterNotFoundFault', code: 'CacheClusterNotFound', httpStatus: 404 });
  expect(errorName(elasticache, notFound)).toBe('ElastiCache.CacheClusterNotFoundException');
  expect(await sdkError(elasticache, 'AccessDenied')).toBeUndefined();
  expect(errorName(elasticache, undefined)).toBe('ElastiCache.ElastiCacheException');
});
