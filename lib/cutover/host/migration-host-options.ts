import type {
  IConnectable,
  IInstance,
  IMachineImage,
  InstanceType,
  IPeer,
  ISecurityGroup,
  SubnetSelection,
} from 'aws-cdk-lib/aws-ec2';
import type { IGrantable, IIdentity, IRole, Policy } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IConstruct } from 'constructs';

/** What users may choose about the migration host. */
export interface MigrationHostOptions {
  /**
   * Size of the host. The agent keeps one core busy while it copies and holds under 250 MB.
   *
   * @default - c7g.large (2 vCPU, 4 GiB)
   */
  readonly instanceType?: InstanceType;

  /**
   * An Amazon Linux 2023 image. The default is looked up by CloudFormation at each deploy, and a newer image replaces
   * the host. The new one is ready before the old one ends; then its agent reads from the journal which way is
   * replicated, and takes it up by reading everything again. Give an image of your own to pin it, of a release that has
   * the package nodejs24.
   *
   * @default - the latest Amazon Linux 2023 for the instance type's architecture
   */
  readonly machineImage?: IMachineImage;

  /**
   * Where the host stands. It needs ways to Systems Manager, Step Functions, Secrets Manager, CloudWatch Logs, S3, and
   * to CloudFormation, which a new host tells that it is ready. Without that signal the deploy fails after 15 minutes.
   *
   * @default - the private subnets with egress; with `vpcEndpoints`, the isolated ones if there are any
   */
  readonly vpcSubnets?: SubnetSelection;

  /**
   * Creates the VPC endpoints that a host in isolated subnets needs, S3's gateway endpoint (Amazon Linux's package
   * repositories) among them.
   *
   * @default false
   */
  readonly vpcEndpoints?: boolean;

  /**
   * Whom the host may reach on port 443, where that is not to be every address: the security group of the VPC's interface
   * endpoints, and S3 by its prefix list, e.g. `Peer.prefixList('pl-6da54004')`, whose id is the Region's. Amazon Linux's
   * packages and the host's program are in S3: without it the deploy fails. The endpoints of `vpcEndpoints` are let in besides.
   * Applications that checks ask, on whatever port, are reached where they are among the peers.
   *
   * @default - every IPv4 address
   */
  readonly httpsPeers?: IPeer[];

  /**
   * The key of the bucket that `cdk bootstrap` made for assets, where you gave it one (`--bootstrap-kms-key-id`): the host
   * reads its program from there, and without the key the agent never comes.
   *
   * @default - the bucket is encrypted by S3, by `aws/s3`, or by the key that `cdk bootstrap` makes itself
   */
  readonly assetsKey?: IKey;

  /**
   * How long the logs of sessions and of the agent are kept.
   *
   * @default RetentionDays.ONE_YEAR
   */
  readonly logRetention?: RetentionDays;

  /**
   * Whether those whom `grantConnect` names may also lead a port of their own machine to blue or green, through the host:
   * `cutover connect NAME blue`. Anyone who has the server's password can then use it from there. CloudTrail says who opened
   * a port, and when; what goes through it is not logged, as a shell is.
   *
   * @default false
   */
  readonly portForwarding?: boolean;
}

/**
 * The host that the agent of a migration runs on: no inbound port but a relay's, no key pair, Session Manager only, IMDSv2,
 * encrypted disk, session logs. Its role reads and connects; it changes no AWS resource. The migration makes it.
 */
export interface IMigrationHost extends IConstruct, IConnectable, IGrantable {
  /** The instance. */
  readonly instance: IInstance;

  /** The host's role. */
  readonly role: IRole;

  /** Log lines and metrics of the agent. */
  readonly agentLogGroup: ILogGroup;

  /** Security group of the host: rules from here stay while clients are fenced off. */
  readonly securityGroup: ISecurityGroup;

  /** The Session Manager document of logged sessions, for `aws ssm start-session --document-name`. */
  readonly sessionDocumentName: string;

  /**
   * Lets operators open a logged shell on the host through Session Manager, and with `portForwarding` ports to both sides.
   * Do it before the night, and have each try it: `cutover connect NAME --check`.
   *
   * Who has a session is root on the host: Session Manager's user may use sudo, and so act as the host's role. That is
   * to read the secrets of both sides and to reach them. Grant it as you grant those.
   *
   * @param operators their role, group or user, of whatever stack
   * @returns the policy, which belongs to the migration and goes with it
   */
  grantConnect(operators: IIdentity): Policy;
}
