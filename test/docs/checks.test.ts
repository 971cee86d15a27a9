import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Connection } from 'aws-cdk-lib/aws-events';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Check, CheckTime, type ICheck } from '../../lib';
import { findMigration } from '../../rehearsal/testbed/migration';
import { Surroundings } from '../lib/migration-under-test';
import { removeTemporaryFolders } from '../rehearsal/assembly/written-assembly';
import { ownSnippetsIn, read } from './pages';

afterAll(removeTemporaryFolders);

const SNIPPETS = ownSnippetsIn('docs/checks.md');

/** Runs a snippet as the constructor of a stack would, and migrates with its checks. */
function migrationWith(snippet: string) {
  const surroundings = new Surroundings();
  const crawler = Connection.fromConnectionAttributes(surroundings.stack, 'Crawler', {
    connectionName: 'crawler',
    connectionArn: 'arn:aws:events:eu-west-1:111122223333:connection/crawler/0b3e21a3-5b4a-4e5f-9c9f-1a2b3c4d5e6f',
    connectionSecretArn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:events!connection/crawler-AbCdEf',
  });
  const batchLog = LogGroup.fromLogGroupName(surroundings.stack, 'BatchLog', 'batch');
  const scope = { Duration, Check, CheckTime, ComparisonOperator, Metric, batchLog, crawler };
  const checks: ICheck[] = new Function(...Object.keys(scope), `${snippet}; return checks;`).apply(
    surroundings.stack,
    Object.values(scope),
  );
  surroundings.migrate({ checks, approval: surroundings.topic() });
  return findMigration(surroundings.deploy());
}

test.each(SNIPPETS.map((snippet, index) => [index + 1, snippet]))('snippet %i synthesizes', (_, snippet) => {
  expect(migrationWith(String(snippet)).checks.length).toBeGreaterThanOrEqual(2);
});

test('every kind there is, and no other, has its row', () => {
  const rows = [...read('docs/checks.md').matchAll(/^\| `(\w+)` /gm)].map(([, kind]) => String(kind));
  const { length, name, prototype, ...factories } = Object.getOwnPropertyDescriptors(Check);
  expect(rows.sort()).toEqual(Object.keys(factories).sort());
});
