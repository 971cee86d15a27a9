import { readFileSync } from 'node:fs';
import { Duration } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks } from 'cdk-nag';
import { CacheConsistency } from '../../lib';
import { removeTemporaryFolders } from '../rehearsal/assembly/written-assembly';
import { Databases } from './aurora/databases-under-test';
import { Surroundings } from './migration-under-test';

afterAll(removeTemporaryFolders);

/** A cache's migration and a database's, with everything stated that a rule may ask for. */
function stacks() {
  const caches = new Surroundings();
  const key = new Key(caches.stack, 'Key', { enableKeyRotation: true });
  const topic = new Topic(caches.stack, 'Topic', { masterKey: key, enforceSSL: true });
  caches.migrate({
    green: caches.green({ snapshotRetention: Duration.days(15) }),
    consistency: CacheConsistency.FENCED,
    record: { zone: caches.zone, recordName: 'sessions', functionsVpc: caches.vpc },
    approval: topic,
    alarmActions: [new SnsAction(topic)],
    logEncryptionKey: key,
  });
  const databases = new Databases();
  const keyOfDatabases = new Key(databases.stack, 'Key', { enableKeyRotation: true });
  const topicOfDatabases = new Topic(databases.stack, 'Topic', { masterKey: keyOfDatabases, enforceSSL: true });
  databases.manage({
    approval: topicOfDatabases,
    alarmActions: [new SnsAction(topicOfDatabases)],
    logEncryptionKey: keyOfDatabases,
  });
  return [caches.stack, databases.stack];
}

test('anyone who states everything meets every rule of the packs but those that docs/keys-and-rule-packs.md gives a reason for', () => {
  const found = stacks().flatMap((stack) =>
    [AwsSolutionsChecks, NIST80053R5Checks, HIPAASecurityChecks].flatMap((Pack) =>
      new Pack(stack).validateScope(stack).violations.map(({ ruleName }) => ruleName),
    ),
  );
  const page = readFileSync('docs/keys-and-rule-packs.md', 'utf8');
  const explained = [...page.matchAll(/^\| `NIST\.800\.53\.R5-(\w+)`/gm)].map(([, rule]) => rule);
  expect([...new Set(found)].sort()).toEqual(
    ['HIPAA.Security', 'NIST.800.53.R5'].flatMap((pack) => explained.map((rule) => `${pack}-${rule}`)),
  );
});
