import { Database } from '../../../lib/aurora/database-existing';
import { DatabaseEngine } from '../../../lib/aurora/engine';
import { DatabaseInstanceClass } from '../../../lib/aurora/instance-class';
import { AuroraStrategy, type ManagedBlueGreenOptions } from '../../../lib/aurora/strategy';
import { checkStrategy } from '../../../lib/aurora/strategy-check';
import { newStack } from './database-stack';

const { auroraMysql } = DatabaseEngine;

/** Whether RDS would make this green for an Aurora MySQL 3.04 cluster on db.r6g.large. */
function check(options: ManagedBlueGreenOptions): void {
  const { stack, vpc, secret } = newStack();
  const blue = Database.fromAttributes(stack, 'Shop', {
    engine: auroraMysql('8.0.mysql_aurora.3.04.1'),
    clusterIdentifier: 'shop',
    endpointAddress: 'shop.cluster-abc123.eu-west-1.rds.amazonaws.com',
    instanceClass: DatabaseInstanceClass.of('db.r6g.large'),
    secret,
  });
  checkStrategy({ vpc, blue, strategy: AuroraStrategy.managedBlueGreen(options) });
}

describe('a managed green', () => {
  test.each([
    ['8.0.mysql_aurora.3.08.0', undefined],
    ['8.4.mysql_aurora.8.4.7', 'db.r7g.large'],
    ['8.0.mysql_aurora.3.04.1', 'db.r8g.large'],
  ])('may be %s on %s', (version, name) => {
    const targetInstanceClass = name === undefined ? undefined : DatabaseInstanceClass.of(name);
    expect(() => check({ targetEngine: auroraMysql(version), targetInstanceClass })).not.toThrow();
  });

  test('is no step back', () => {
    expect(() => check({ targetEngine: auroraMysql('8.0.mysql_aurora.3.03.1') })).toThrow(
      "targetEngine: got Aurora MySQL 8.0.mysql_aurora.3.03.1 for blue's Aurora MySQL 8.0.mysql_aurora.3.04.1",
    );
  });

  test('is on a class that its engine runs on', () => {
    const targetEngine = auroraMysql('8.0.mysql_aurora.3.08.0');
    expect(() => check({ targetEngine, targetInstanceClass: DatabaseInstanceClass.of('db.m7g.large') })).toThrow(
      'Got instanceClass db.m7g.large, on which Aurora MySQL 8.0.mysql_aurora.3.08.0 does not run',
    );
  });
});
