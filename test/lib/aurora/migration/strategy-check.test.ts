import { Database } from '../../../../lib/aurora/database/database-existing';
import { DatabaseEngine } from '../../../../lib/aurora/engine/engine';
import { DatabaseInstanceClass } from '../../../../lib/aurora/instance-class/instance-class';
import { AuroraStrategy, type ManagedBlueGreenOptions } from '../../../../lib/aurora/migration/strategy';
import { checkStrategy } from '../../../../lib/aurora/migration/strategy-check';
import { newStack } from '../database-stack';

const { auroraMysql } = DatabaseEngine;

/** Whether RDS would make this green for an Aurora MySQL cluster. */
function check(
  options: ManagedBlueGreenOptions,
  version = '8.0.mysql_aurora.3.04.1',
  blueClass = 'db.r6g.large',
): void {
  const { stack, vpc, secret } = newStack();
  const blue = Database.fromAttributes(stack, 'Shop', {
    engine: auroraMysql(version),
    clusterIdentifier: 'shop',
    endpointAddress: 'shop.cluster-abc123.eu-west-1.rds.amazonaws.com',
    instanceClass: DatabaseInstanceClass.of(blueClass),
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

  test('is brought to no less memory than blue has', () => {
    const targetEngine = auroraMysql('8.0.mysql_aurora.3.08.0');
    expect(() => check({ targetEngine, targetInstanceClass: DatabaseInstanceClass.of('db.t4g.large') })).toThrow(
      'Got instanceClass db.t4g.large with 8 GiB, but Databases/Shop has 16 GiB',
    );
  });

  test.each(['db.r4.large', 'db.t3.small', 'db.t2.medium'])(
    'is not made as a blue on %s is, on which the new version does not run',
    (blueClass) => {
      const targetEngine = auroraMysql('8.0.mysql_aurora.3.08.0');
      const targetInstanceClass = DatabaseInstanceClass.of('db.r7g.large');
      expect(() => check({ targetEngine, targetInstanceClass }, '5.7.mysql_aurora.2.11.5', blueClass)).toThrow(
        /Got blue on db\.\w+\.\w+, on which .*Modify blue's instances first\. Both versions run on .*db\.r5, db\.r6g, db\.r6i/,
      );
    },
  );

  test('may be made as a serverless blue is', () => {
    expect(() =>
      check({ targetEngine: auroraMysql('8.0.mysql_aurora.3.08.0') }, undefined, 'db.serverless'),
    ).not.toThrow();
  });
});
