import {
  BlueGreenDeploymentNotFoundFault,
  DescribeBlueGreenDeploymentsCommand,
  DescribeDBClustersCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { AwsEndpoint } from '../../../../rehearsal/aws/endpoint/endpoint';
import { anyone } from '../test-environment';
import { rdsTestbed } from './rds-testbed';

test('the SDK’s own client reads clusters and refusals', async () => {
  const { plane } = rdsTestbed();
  const endpoint = new AwsEndpoint({
    plane,
    onFault: (fault) => {
      throw fault;
    },
  });
  const url = await endpoint.start();
  const credentials = endpoint.credentialsFor(anyone);
  const client = new RDSClient({ endpoint: url, region: 'eu-west-1', maxAttempts: 1, credentials });
  try {
    const filter = { Name: 'db-cluster-id', Values: ['shop'] };
    const { DBClusters } = await client.send(new DescribeDBClustersCommand({ Filters: [filter] }));
    expect(DBClusters).toMatchObject([
      {
        DBClusterIdentifier: 'shop',
        Port: 3306,
        DBClusterMembers: [
          { DBInstanceIdentifier: 'shop-1', IsClusterWriter: true },
          { DBInstanceIdentifier: 'shop-2', IsClusterWriter: false },
        ],
        VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-1' }],
        ClusterCreateTime: new Date('2026-01-01T00:00:00.000Z'),
      },
    ]);
    const unknown = client.send(new DescribeBlueGreenDeploymentsCommand({ BlueGreenDeploymentIdentifier: 'bgd-x' }));
    await expect(unknown).rejects.toThrow(BlueGreenDeploymentNotFoundFault);
  } finally {
    client.destroy();
    await endpoint.stop();
  }
});
