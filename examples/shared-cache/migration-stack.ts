import { CrossStackReferences, Duration, ReferenceStrength, Stack, type StackProps } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { CacheConsistency, CacheMigration, Check, CheckTime, type ICheck, Workload } from 'cdk-cutover';
import type { Construct } from 'constructs';
import type { CachesStack } from './caches-stack';

export interface MigrationStackProps extends StackProps {
  readonly caches: CachesStack;
}

/** The migration. Delete this stack when it is over: the record stays, as a simple one, with the active side. */
export class MigrationStack extends Stack {
  public readonly migration: CacheMigration;

  constructor(scope: Construct, id: string, props: MigrationStackProps) {
    super(scope, id, props);
    // A strong reference would hold the caches' stack to this one, and keep either from changing without the other.
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
    const { existing, blue, green } = props.caches;

    this.migration = new CacheMigration(this, 'Sessions', {
      vpc: existing.vpc,
      blue,
      green,
      record: { zone: existing.zone, recordName: 'sessions', ttl: Duration.seconds(5) },
      consistency: CacheConsistency.FENCED,
      workloads: [
        Workload.supervisorProgram({
          program: 'queue-watcher',
          instances: { role: 'batch' },
          keepRunning: 1,
          owner: 'batch team',
          note: 'Not while the monthly closing runs: see the batch calendar.',
        }),
        Workload.ecsService({ service: existing.notifier, owner: 'mail team' }),
      ],
      checks: this.checks(),
      alarms: [existing.loginErrors],
      approval: this.announcements(),
      watch: Duration.hours(24),
    });

    // The host is reached through Session Manager alone: have the permission before the night.
    this.migration.host.grantConnect(existing.operators);
    this.migration.grantOperate(existing.operators);
  }

  /** What must be well before clients are let in, and once they are. All but the last are asked of blue beforehand. */
  private checks(): ICheck[] {
    return [
      Check.http({
        name: 'login page',
        when: CheckTime.BEFORE_RESUME,
        url: 'http://shop.internal.example/login',
        contains: 'Log in',
        owner: 'shop team',
      }),
      Check.command({
        name: 'queue is worked off',
        when: CheckTime.AFTER_RESUME,
        command: 'test "$(queue-length notifications)" -lt 100',
        instances: { role: 'batch' },
        owner: 'batch team',
        timeout: Duration.minutes(2),
        retries: 3,
        interval: Duration.minutes(1),
      }),
      Check.confirm({
        name: 'a person has logged in',
        when: CheckTime.AFTER_RESUME,
        instructions: 'Log in with the test account, put something into the cart, and log out.',
        owner: 'shop team',
        timeout: Duration.minutes(30),
      }),
    ];
  }

  private announcements(): Topic {
    return new Topic(this, 'Announcements', {
      masterKey: new Key(this, 'AnnouncementsKey', { enableKeyRotation: true }),
      enforceSSL: true,
    });
  }
}
