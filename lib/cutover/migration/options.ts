import type { Duration } from 'aws-cdk-lib';
import type { IAlarm, IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { ICheck } from '../../checks/check-kind';
import type { IWorkload } from '../../workloads/workload-kind';
import type { MigrationHostOptions } from '../host/migration-host-options';

/** Properties that every migration has. */
export interface MigrationOptions {
  /** The VPC that reaches both sides. */
  readonly vpc: IVpc;

  /**
   * Names the migration's SSM parameters. 1 to 64 letters, digits, '.', '_' and '-'. Changing it in the middle of a
   * migration forgets what is to be put back.
   *
   * @default - made from the construct's path
   */
  readonly migrationName?: string;

  /**
   * What must stop for the switch, and be put back. Of databases, and of a cache at FENCED, a client that is not listed
   * is refused for as long as the switch takes.
   *
   * @default - nothing is stopped
   */
  readonly workloads?: IWorkload[];

  /**
   * Clients that may enter blue and are not to reach green: sources of blue's ingress rules, each the id of a security
   * group (`sg-…`), the id of a prefix list (`pl-…`) or a CIDR, as the rule has it. Everyone else who may enter blue
   * and not green is an error of the preflight.
   *
   * @default - none: anyone who may enter blue may enter green
   */
  readonly clientsLeftBehind?: string[];

  /**
   * What must be well after the switch, asked in the order listed: while client ingress is revoked, or once clients are in. One that fails
   * sends clients back, as an alarm does. All that need no person are asked of blue first, in the preflight, and one that
   * fails there ends it. Up to 40.
   *
   * @default - nothing is asked: alarms alone tell
   */
  readonly checks?: ICheck[];

  /**
   * Alarms that must be quiet before, that end a canary, and that send clients back when they go off during the watch;
   * composite ones too. At most 100. One that is not there is an error of the preflight. One that is deleted later ends a
   * canary, and leaves the watch MonitoringIncomplete: it sends nobody back, and the others are watched on.
   *
   * @default - none are watched
   */
  readonly alarms?: IAlarm[];

  /**
   * Where to announce that all is ready, and that blue is about to be deleted. The execution then waits for
   * `cutover approve`. Without a topic, anyone who may start an execution may also delete blue. A topic that is encrypted
   * with a customer managed key must say so: one that is imported, by `Topic.fromTopicAttributes` with its `keyArn`.
   *
   * @default - nobody is asked
   */
  readonly approval?: ITopic;

  /**
   * Where each phase is announced as it begins, and how the execution ends: as Amazon Q Developer in chat applications (AWS
   * Chatbot) shows it in Slack or Teams, one thread an execution. A message that cannot be sent holds nothing up. A topic that
   * is encrypted with a customer managed key must say so, as the one of `approval`.
   *
   * @default - nobody is told
   */
  readonly notifications?: ITopic;

  /**
   * How long an answer is waited for; without one, everything is put back, and nothing deleted.
   *
   * @default Duration.hours(24)
   */
  readonly approvalTimeout?: Duration;

  /**
   * Whether anyone who may start executions is kept from approving them, whatever other policies allow: `grantOperate` and
   * `grantSchedule` deny answering, `grantApprove` denies starting, and nobody is granted both. An operator and an approver
   * are principals of IAM: that no person may act as both is for the roles' trust policies, or your identity provider, to say.
   *
   * @default false - who is granted both may approve what he has started
   */
  readonly separationOfDuties?: boolean;

  /**
   * How long the alarms are watched after the switch.
   *
   * @default Duration.hours(1)
   */
  readonly watch?: Duration;

  /**
   * What happens when one of the migration's own alarms goes off: the lag, the heartbeat, the following, an execution
   * that was aborted, timed out or failed. E.g. `new SnsAction(topic)` of aws-cdk-lib/aws-cloudwatch-actions; the key of
   * an encrypted topic must let cloudwatch.amazonaws.com use it.
   *
   * @default - they are on the dashboard, and tell nobody
   */
  readonly alarmActions?: IAlarmAction[];

  /**
   * What the migration's log groups are encrypted with: of sessions, the agent, executions, and the functions that deploy
   * the record. The policy of a key of the app is told to let CloudWatch Logs use it; that of an imported one must do so
   * already, or the deploy fails.
   *
   * @default - CloudWatch Logs encrypts with a key of its own
   */
  readonly logEncryptionKey?: IKey;

  /**
   * The host that the agent runs on.
   *
   * @default - c7g.large, latest Amazon Linux 2023, private subnets
   */
  readonly host?: MigrationHostOptions;
}
