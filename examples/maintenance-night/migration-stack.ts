import { CrossStackReferences, Duration, ReferenceStrength, Stack, type StackProps } from 'aws-cdk-lib';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { ApplicationListener } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Authorization, Connection, HttpParameter } from 'aws-cdk-lib/aws-events';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { CacheConsistency, CacheMigration, Check, CheckTime, type IWorkload } from 'cdk-cutover';
import type { Construct } from 'constructs';
import type { CachesStack } from './caches-stack';
import { TeamWorkloads } from './team-workloads';
import { TEAMS } from './teams';

export interface MigrationStackProps extends StackProps {
  readonly caches: CachesStack;
}

/** The migration. Delete this stack when it is over: the record stays, as a simple one, with the active side. */
export class MigrationStack extends Stack {
  public readonly migration: CacheMigration;

  constructor(scope: Construct, id: string, props: MigrationStackProps) {
    // CloudFormation takes a template of 1 MB; without its indentation this one has three quarters of its size.
    super(scope, id, { ...props, suppressTemplateIndentation: true });
    // A strong reference would hold the caches' stack to this one, and keep either from changing without the other.
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
    const { existing, blue, green } = props.caches;

    this.migration = new CacheMigration(this, 'Stock', {
      vpc: existing.vpc,
      blue,
      green,
      record: { zone: existing.zone, recordName: 'stock', ttl: Duration.seconds(5) },
      consistency: CacheConsistency.FENCED,
      workloads: this.workloads(props.caches),
      // With 85 workloads an execution has few of its 25,000 events left: what each team looks at is one request.
      checks: [
        Check.http({
          name: 'probes of all teams',
          when: CheckTime.BEFORE_RESUME,
          url: 'http://probes.internal.example/all',
          contains: 'all well',
          owner: 'platform team',
          retries: 1,
        }),
      ],
      alarms: [existing.failedOrders],
      approval: this.announcements(),
      watch: Duration.hours(2),
    });
  }

  private workloads({ existing }: CachesStack): IWorkload[] {
    const listener = ApplicationListener.fromApplicationListenerAttributes(this, 'Shop', {
      listenerArn: this.formatArn({
        service: 'elasticloadbalancing',
        resource: 'listener',
        resourceName: 'app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2',
      }),
      securityGroup: SecurityGroup.fromSecurityGroupId(this, 'ShopGroup', 'sg-0123456789abcdef2'),
    });
    const datadog = this.datadog();
    return TEAMS.flatMap(
      (team) => new TeamWorkloads(this, team.name, { team, vpc: existing.vpc, listener, datadog }).workloads,
    );
  }

  /** Datadog's keys stay in Secrets Manager: neither the template nor an execution holds them. */
  private datadog(): Connection {
    const key = (id: string, name: string) => Secret.fromSecretNameV2(this, id, name).secretValue;
    return new Connection(this, 'Datadog', {
      authorization: Authorization.apiKey('DD-API-KEY', key('DatadogApiKey', 'datadog/api-key')),
      headerParameters: {
        'DD-APPLICATION-KEY': HttpParameter.fromSecret(key('DatadogApplicationKey', 'datadog/application-key')),
      },
    });
  }

  private announcements(): Topic {
    return new Topic(this, 'Announcements', {
      masterKey: new Key(this, 'AnnouncementsKey', { enableKeyRotation: true }),
      enforceSSL: true,
    });
  }
}
