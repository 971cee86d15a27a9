import { Database } from '../../../lib/aurora/database-existing';
import { DatabaseEngine } from '../../../lib/aurora/engine';
import { DatabaseInstanceClass } from '../../../lib/aurora/instance-class';
import { managedInstanceClass } from '../../../lib/aurora/instance-class-choice';
import { newStack } from './database-stack';

const of = DatabaseInstanceClass.of;
const AURORA_3 = DatabaseEngine.auroraMysql('8.0.mysql_aurora.3.08.0');

/** An Aurora MySQL 2 cluster on a class, and what a managed green of version 3 is brought to. */
function choose(blueClass: string | undefined, stated?: string): string | undefined {
  const { stack, secret } = newStack();
  const blue = Database.fromAttributes(stack, 'Shop', {
    engine: DatabaseEngine.auroraMysql('5.7.mysql_aurora.2.11.5'),
    clusterIdentifier: 'shop',
    endpointAddress: 'shop.cluster-abc123.eu-west-1.rds.amazonaws.com',
    instanceClass: blueClass === undefined ? undefined : of(blueClass),
    secret,
  });
  return managedInstanceClass(blue, AURORA_3, stated === undefined ? undefined : of(stated))?.name;
}

describe('the instances of a managed green', () => {
  test.each([
    ['stay as blue’s, which the new version runs on', 'db.r6g.large', undefined, undefined],
    ['stay as blue’s, of which nothing is known', undefined, undefined, undefined],
    ['stay serverless', 'db.serverless', undefined, undefined],
    ['leave a class of the past', 'db.r4.large', undefined, 'db.r7g.large'],
    ['leave a size that ended with the old version', 'db.t3.small', undefined, 'db.t4g.medium'],
    ['are brought to what is stated', 'db.r6g.large', 'db.r7g.xlarge', 'db.r7g.xlarge'],
    ['are brought to serverless, if that is stated', 'db.r6g.large', 'db.serverless', 'db.serverless'],
  ])('%s: %s, %s → %s', (_, blue, stated, expected) => {
    expect(choose(blue, stated)).toBe(expected);
  });

  test('are not brought to what the new version does not run on', () => {
    expect(() => choose('db.r6g.large', 'db.m7g.4xlarge')).toThrow(/db.m7g.4xlarge, on which Aurora MySQL 8.0.*db.r7g/);
  });

  test('are not brought to less memory than blue has', () => {
    expect(() => choose('db.r6g.xlarge', 'db.r7g.large')).toThrow('with 16 GiB, but Databases/Shop has 32 GiB');
  });
});
