import { parseSdkResource, sdkOperation } from '../../rehearsal/aws/sdk-schemas';
import { allStates } from '../../rehearsal/states-language/definition/walk';
import { removeTemporaryFolders } from '../rehearsal/assembly/written-assembly';
import { MACHINES } from './machines';

afterAll(removeTemporaryFolders);

/** What says in an answer that there is more of it. */
const TOKENS = ['NextToken', 'NextMarker', 'Marker', 'nextToken'];

/** Members of a request that name what is asked for, each as good as an id. */
const asks = (member: string) => new RegExp(`"${member}":"|"${member}":\\["`);
/** The name may be chosen by an expression. */
const filters = (name: string) => new RegExp(`"Name":"(\\{%[^"]*')?${name}`);

/**
 * What of a request keeps its answer short, where no page but the first is read: how many there can be is known. Each needs
 * one of them.
 *
 * @see docs/aws-facts.md#sfn-answer-limit
 */
const SHORT: Readonly<Record<string, readonly RegExp[]>> = {
  'rds:describeDBClusters': [asks('DbClusterIdentifier'), filters('db-cluster-id'), filters('db-cluster-resource-id')],
  // Up to 16 of a cluster.
  'rds:describeDBInstances': [asks('DbInstanceIdentifier'), filters('db-instance-id'), filters('db-cluster-id')],
  // Up to five custom ones of a cluster.
  'rds:describeDBClusterEndpoints': [asks('DbClusterIdentifier')],
  'rds:describeBlueGreenDeployments': [
    asks('BlueGreenDeploymentIdentifier'),
    filters('blue-green-deployment-name'),
    // A cluster is in one at a time.
    filters('source'),
  ],
  'rds:describeDBClusterParameters': [filters('parameter-name')],
  'rds:describeDBEngineVersions': [asks('EngineVersion')],
  // Whether there is one at all.
  'rds:describeOrderableDBInstanceOptions': [asks('DbInstanceClass')],
  // A proxy has one cluster, or one instance.
  'rds:describeDBProxyTargets': [asks('DbProxyName')],
  'applicationautoscaling:describeScalableTargets': [asks('ResourceIds')],
  'cloudwatch:describeAlarms': [asks('AlarmNames')],
  // A family of Redis has fewer than a hundred parameters, of which a page is asked for.
  'elasticache:describeCacheParameters': [/"Source":"user","MaxRecords":100/],
  'elasticache:describeCacheClusters': [asks('CacheClusterId')],
  'elasticache:describeReplicationGroups': [asks('ReplicationGroupId')],
  // As many as the preflight takes: it reads whether there are more.
  'ec2:describeSecurityGroupRules': [filters('group-id')],
  'ssm:describeInstanceInformation': [/InstanceIds/],
};

test.each(MACHINES)(
  '%s reads all pages of every list that an account can make long, or asks by names',
  async (_, machine) => {
    for (const { name, state } of allStates(machine)) {
      if (state.Type !== 'Task') continue;
      const parsed = parseSdkResource(state.Resource);
      if (parsed === undefined) continue;
      const { service, action } = parsed;
      const { output } = await sdkOperation(service, action);
      const members = [...output.structIterator()].map(([member]) => member);
      const pages = members.filter((member) => TOKENS.includes(member));
      const reads = pages.some((member) =>
        new RegExp(`\\$states\\.result\\.${member}`, 'i').test(JSON.stringify(state)),
      );
      const request = JSON.stringify(state.Arguments);
      const isShort = SHORT[`${service}:${action}`]?.some((part) => part.test(request)) === true;
      expect([name, request, pages.length === 0 || reads || isShort]).toEqual([name, request, true]);
    }
  },
);
