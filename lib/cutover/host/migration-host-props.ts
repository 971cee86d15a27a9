import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IActivity } from 'aws-cdk-lib/aws-stepfunctions';
import type { IDependable } from 'constructs';
import type { AgentVerbName } from './agent-worker';
import type { MigrationHostOptions } from './migration-host-options';
import type { ForwardedTo } from './session-access';

/** Of a host that clients connect to, and that leads them to one of the sides. */
export interface HostRelay {
  /** Clients that name these in their own rules may connect to the host too. */
  readonly clientsGroups: readonly ISecurityGroup[];
  /** Refuses the deploy that would end the host while clients are led to it: no other host works before it has agreed. */
  readonly after: IDependable;
}

/** Properties of a MigrationHost. The activity and the parameters are the migration's own. */
export interface MigrationHostProps extends MigrationHostOptions {
  /** The VPC that reaches both sides. */
  readonly vpc: IVpc;

  /**
   * What the logs of sessions and of the agent are encrypted with. Its policy must let CloudWatch Logs use it.
   *
   * @default - CloudWatch Logs encrypts with a key of its own
   */
  readonly logEncryptionKey?: IKey;

  /** The activity whose tasks the agent works on. */
  readonly activity: IActivity;

  /** The agent's verb that lists who is connected to a side. */
  readonly clientsVerb: AgentVerbName;

  /** Where both sides are, by their names. */
  readonly sides: Readonly<Record<string, ForwardedTo>>;

  /** Name of the SSM parameter that holds the migration's configuration. */
  readonly configurationParameter: string;

  /**
   * JSON: where the agent may sign in on both sides, with which secrets, and whether by TLS. It comes with the user data,
   * which only a deploy changes; the agent refuses a configuration that says otherwise.
   */
  readonly reach: string;

  /** Name of the SSM parameter that holds the migration's journal: a new host reads there which way is replicated. */
  readonly journalParameter: string;

  /** Name of the SSM parameter that is to hold the host's instance ID: of two hosts, the one that is named works. */
  readonly hostParameter: string;

  /**
   * Credentials that the agent reads at run time. One that is encrypted with a customer managed key must say so: one that
   * is imported, by `Secret.fromSecretAttributes` with its `encryptionKey`.
   */
  readonly secrets: ISecret[];

  /**
   * Clients connect to the host.
   *
   * @default - nobody does
   */
  readonly relay?: HostRelay;
}
