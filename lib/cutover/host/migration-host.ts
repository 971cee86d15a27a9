import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  BlockDeviceVolume,
  type Connections,
  EbsDeviceVolumeType,
  HttpTokens,
  Instance,
  InstanceType,
  Port,
  SecurityGroup,
} from 'aws-cdk-lib/aws-ec2';
import {
  type IIdentity,
  type IPrincipal,
  type Policy,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ILogGroup, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { type CfnDocument, StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { IActivity, IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { parameterArn } from '../journal/journal';
import { arnOfKey, useOfKey } from '../permissions/key-use';
import { checkHostSubnets } from '../validations/host-subnets';
import { assertToldIn } from '../validations/stated';
import { bundledAsset, bundledDigest } from './bundled-asset';
import { clientsDocument } from './clients-document';
import { HostEndpoints } from './host-endpoints';
import { acknowledgeHostFindings } from './host-findings';
import { httpsPeersOf, latestImage, subnetsOf } from './host-instance-choice';
import { hostUserData } from './host-user-data';
import { rebootWhereUnreachable, recoverOnOtherHardware } from './instance-recovery';
import type { IMigrationHost } from './migration-host-options';
import type { HostRelay, MigrationHostProps } from './migration-host-props';
import { SessionAccess } from './session-access';

/**
 * The host that the agent runs on: no inbound port, no key pair, Session Manager only, IMDSv2, encrypted disk, session
 * logs. Its role reads and connects; it changes no AWS resource.
 */
export class MigrationHost extends Construct implements IMigrationHost {
  /** The instance. */
  public readonly instance: Instance;

  /** The host's role. */
  public readonly role: Role;

  /** Log lines and metrics of the agent. */
  public readonly agentLogGroup: ILogGroup;

  /** Security group of the host: rules from here stay while clients are fenced off. */
  public readonly securityGroup: SecurityGroup;

  /**
   * There once a host runs and is the one that works.
   *
   * @internal
   */
  public readonly _ready: Construct;

  /** @internal */
  public readonly _sessions: SessionAccess;

  /**
   * Lists who is connected to each side.
   *
   * @internal
   */
  public readonly _clients: CfnDocument;

  constructor(scope: Construct, id: string, props: MigrationHostProps) {
    super(scope, id);
    checkHostSubnets(this, { ...props, ...subnetsOf(props) });
    const log = { retention: props.logRetention ?? RetentionDays.ONE_YEAR, encryptionKey: props.logEncryptionKey };
    this._sessions = new SessionAccess(this, 'Sessions', {
      ...log,
      ...(props.portForwarding === true && { forwardedTo: props.sides }),
    });
    this._clients = clientsDocument(this, 'Clients', props.clientsVerb);
    this.agentLogGroup = new LogGroup(this, 'AgentLog', { ...log, removalPolicy: RemovalPolicy.RETAIN });
    this.securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc: props.vpc,
      description: 'Migration host: reaches blue and green; nobody reaches it',
      allowAllOutbound: false,
    });
    for (const peer of httpsPeersOf(props)) {
      this.securityGroup.addEgressRule(peer, Port.tcp(443), 'AWS APIs, Session Manager and packages');
    }

    const agent = new Asset(this, 'Agent', { path: bundledAsset('agent') });
    this.role = this.hostRole(props, agent);
    this.instance = this.createInstance(props, agent);
    this._ready = this.nameInstance(props.hostParameter);
    if (props.relay !== undefined) this.relays(props.relay, props.hostParameter);
    if (props.vpcEndpoints === true) {
      const endpoints = new HostEndpoints(this, 'Endpoints', { vpc: props.vpc, client: this });
      this.instance.node.addDependency(endpoints);
    }
    acknowledgeHostFindings(this, this.role);
  }

  /** Principal of the host's role. */
  public get grantPrincipal(): IPrincipal {
    return this.role;
  }

  /** Who the host may reach. */
  public get connections(): Connections {
    return this.securityGroup.connections;
  }

  /** The Session Manager document of logged sessions, for `aws ssm start-session --document-name`. */
  public get sessionDocumentName(): string {
    return this._sessions.documentName;
  }

  /**
   * Lets operators open a logged shell on the host through Session Manager, and with `portForwarding` ports to both sides.
   * Do it before the night, and have each try it: `cutover connect NAME --check`.
   *
   * Who has a session is root on the host, and so acts as its role: it reads the secrets of both sides, and reaches them.
   *
   * @param operators their role, group or user, of whatever stack
   * @returns the policy, which belongs to the migration and goes with it
   */
  public grantConnect(operators: IIdentity): Policy {
    assertToldIn(this, 'IMigrationHost.grantConnect', { operators });
    return this._sessions.grantStart(operators, this.instance.instanceId);
  }

  /**
   * Lets the agent take the activity's tasks and answer them. A token's task belongs to an activity and to an execution;
   * Step Functions asks for the permission on the one or the other.
   *
   * @internal
   */
  public _allowTasks(activity: IActivity, stateMachine: IStateMachine): void {
    this.role.addToPolicy(
      new PolicyStatement({ sid: 'Tasks', actions: ['states:GetActivityTask'], resources: [activity.activityArn] }),
    );
    this.role.addToPolicy(
      new PolicyStatement({
        sid: 'Answers',
        // docs/aws-facts.md#sfn-answer-resource
        actions: ['states:SendTaskFailure', 'states:SendTaskHeartbeat', 'states:SendTaskSuccess'],
        resources: [activity.activityArn, stateMachine.stateMachineArn],
      }),
    );
  }

  private hostRole(props: MigrationHostProps, agent: Asset): Role {
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
      description: 'Migration host: reads its configuration and credentials, and takes tasks',
    });
    for (const statement of this._sessions.hostStatements()) role.addToPolicy(statement);
    role.addToPolicy(
      new PolicyStatement({
        sid: 'AgentLog',
        actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
        resources: [this.agentLogGroup.logGroupArn],
      }),
    );
    role.addToPolicy(
      new PolicyStatement({
        sid: 'Configuration',
        actions: ['ssm:GetParameter'],
        resources: [props.configurationParameter, props.journalParameter, props.hostParameter].map((name) =>
          parameterArn(this, name),
        ),
      }),
    );
    for (const secret of props.secrets) {
      secret.grantRead(role);
      this.useKey(role, secret.encryptionKey, 'secretsmanager');
    }
    role.addToPolicy(
      new PolicyStatement({
        sid: 'AgentProgram',
        actions: ['s3:GetObject'],
        resources: [agent.bucket.arnForObjects(agent.s3ObjectKey)],
      }),
    );
    this.useKey(role, props.assetsKey, 's3');
    return role;
  }

  /**
   * CDK's `grantRead` of a secret gives the role nothing of an imported key, nor of one in a stack that this one depends on.
   *
   * @see docs/aws-facts.md#secret-readers-need-its-key
   */
  private useKey(role: Role, key: IKey | undefined, via: string): void {
    if (key === undefined) return;
    const { region } = Stack.of(this);
    role.addToPolicy(useOfKey({ keyArn: arnOfKey(key), actions: ['kms:Decrypt'], via, region }));
  }

  private createInstance(props: MigrationHostProps, agent: Asset): Instance {
    const instanceType = props.instanceType ?? new InstanceType('c7g.large');
    const instance = new Instance(this, 'Instance', {
      vpc: props.vpc,
      ...subnetsOf(props),
      instanceType,
      machineImage: props.machineImage ?? latestImage(instanceType),
      role: this.role,
      securityGroup: this.securityGroup,
      httpTokens: HttpTokens.REQUIRED,
      detailedMonitoring: true,
      blockDevices: [
        {
          deviceName: '/dev/xvda',
          volume: BlockDeviceVolume.ebs(16, { encrypted: true, volumeType: EbsDeviceVolumeType.GP3 }),
        },
      ],
      userData: hostUserData({
        agent,
        agentDigest: bundledDigest('agent', 'cutover-agent.js'),
        region: Stack.of(this).region,
        configurationParameter: props.configurationParameter,
        reach: props.reach,
        journalParameter: props.journalParameter,
        hostParameter: props.hostParameter,
        activityArn: props.activity.activityArn,
        logGroupName: this.agentLogGroup.logGroupName,
        ...(props.relay !== undefined && { relaysOn: instanceType.toString() }),
      }),
      // User data runs once in an instance's life: a new agent needs a new instance.
      userDataCausesReplacement: true,
    });
    // CloudFormation ends the old host only when the new one is ready, and undoes the deploy if it never is.
    instance.instance.cfnOptions.creationPolicy = { resourceSignal: { count: 1, timeout: 'PT15M' } };
    instance.userData.addSignalOnExitCommand(instance);
    // The subnet says it already; a zone in the template is what CloudFormation's validator warns of (W3010).
    instance.instance.addPropertyDeletionOverride('AvailabilityZone');
    return instance;
  }

  private relays({ clientsGroups, after }: HostRelay, name: string): void {
    for (const group of clientsGroups) this.instance.addSecurityGroup(group);
    this._ready.node.addDependency(after);
    // It alone can read who serves: that it comes back with its address and its notes is what its clients wait for.
    recoverOnOtherHardware(this, 'Recover', { name, instance: this.instance });
    rebootWhereUnreachable(this, 'Reboot', { name, instance: this.instance });
  }

  /**
   * Which instance works: CloudFormation writes it when a new one is ready, before it ends the old one.
   *
   * @see docs/aws-facts.md#cloudformation-creation-policy
   */
  private nameInstance(parameterName: string): Construct {
    return new StringParameter(this, 'Name', {
      parameterName,
      simpleName: false,
      description: 'The instance whose agent works for the migration. A host that is not named takes no task.',
      stringValue: this.instance.instanceId,
    });
  }
}
