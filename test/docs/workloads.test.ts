import { Duration, aws_events as events, SecretValue } from 'aws-cdk-lib';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { ApplicationListener } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { EventSourceMapping, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { type IWorkload, Workload } from '../../lib';
import { findMigration } from '../../rehearsal/testbed/migration';
import { Surroundings } from '../lib/migration-under-test';
import { removeTemporaryFolders } from '../rehearsal/assembly/written-assembly';
import { ownSnippetsIn, read } from './pages';

afterAll(removeTemporaryFolders);

const SNIPPETS = ownSnippetsIn('docs/workloads.md');

/** Runs a snippet as the constructor of a stack would, and migrates with its workloads. */
function migrationWith(snippet: string) {
  const surroundings = new Surroundings();
  const { stack } = surroundings;
  const scope: Record<string, unknown> = {
    Duration,
    events,
    SecretValue,
    Workload,
    ordersApi: surroundings.service('OrdersApi'),
    orderMails: surroundings.service('OrderMails'),
    listener: ApplicationListener.fromApplicationListenerAttributes(stack, 'Listener', {
      listenerArn:
        'arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2',
      securityGroup: SecurityGroup.fromSecurityGroupId(stack, 'ListenerGroup', 'sg-0123456789abcdef0'),
    }),
    orders: EventSourceMapping.fromEventSourceMappingId(stack, 'Orders', '14e0db71-35d4-49a7-9e2c-7d7e5a0b1c2d'),
    orderHandler: LambdaFunction.fromFunctionName(stack, 'OrderHandler', 'order-handler'),
    crawler: events.Connection.fromConnectionAttributes(stack, 'Crawler', {
      connectionName: 'crawler',
      connectionArn: 'arn:aws:events:eu-west-1:111122223333:connection/crawler/0b3e21a3-5b4a-4e5f-9c9f-1a2b3c4d5e6f',
      connectionSecretArn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:events!connection/crawler-AbCdEf',
    }),
  };
  const workloads: IWorkload[] = new Function(...Object.keys(scope), `${snippet}; return workloads;`).apply(
    stack,
    Object.values(scope),
  );
  surroundings.migrate({ workloads });
  return findMigration(surroundings.deploy());
}

test.each(SNIPPETS.map((snippet, index) => [index + 1, snippet]))('snippet %i synthesizes', (_, snippet) => {
  expect(migrationWith(String(snippet)).workloads.length).toBeGreaterThanOrEqual(2);
});

test('the first stops a page, then the API behind it, then what that leaves to it', () => {
  const { workloads } = migrationWith(String(SNIPPETS[0]));
  expect(workloads.map(({ id, stage }) => [id, stage])).toEqual([
    ['page', 0],
    ['orders-api', 1],
    ['order-mails', 2],
  ]);
});

test('every kind there is, and no other, has its row', () => {
  const rows = [...read('docs/workloads.md').matchAll(/^\| `(\w+)` /gm)].map(([, kind]) => String(kind));
  const { length, name, prototype, ...factories } = Object.getOwnPropertyDescriptors(Workload);
  expect(rows.sort()).toEqual(Object.keys(factories).sort());
});
