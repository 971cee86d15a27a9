import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { type IVpc, Peer, Port, SecurityGroup, type SubnetSelection, SubnetType } from 'aws-cdk-lib/aws-ec2';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, CfnFunction, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { CfnLogGroup, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { ValidationError } from '../../validation-error';
import { acknowledge } from '../annotations';
import { bundledAsset } from '../host/bundled-asset';
import { acknowledgeWildcard } from '../permissions/wildcard-findings';
import { normalizedRecordName } from './normalized-record-name';

/** What the handler may change for a record. */
export interface ChangedNames {
  readonly hostedZoneArn: string;
  readonly changeArn: string;
  readonly recordName: string;
  readonly relayName: string | undefined;
}

/** The Lambda function behind every CutoverRecord of a stack. It takes part in deploys only, never in a cutover. */
export class CutoverRecordProvider extends Construct {
  public static of(scope: Construct): CutoverRecordProvider {
    const id = 'CdkCutoverRecordProvider';
    const stack = Stack.of(scope);
    return (stack.node.tryFindChild(id) as CutoverRecordProvider | undefined) ?? new CutoverRecordProvider(stack, id);
  }

  public readonly serviceToken: string;
  private readonly role: Role;
  private readonly frameworkRole: Role;
  private vpc?: IVpc;

  private constructor(scope: Construct, id: string) {
    super(scope, id);
    const handlerLog = this.log('HandlerLog');
    this.role = this.lambdaRole('HandlerRole', handlerLog);
    const handler = new LambdaFunction(this, 'Handler', {
      description: 'Adopts, updates and collapses weighted records; never changes the active side.',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.onEvent',
      code: Code.fromAsset(bundledAsset('cutover-record-handler')),
      // A change is usually in sync within 60 s.
      timeout: Duration.minutes(5),
      role: this.role,
      logGroup: handlerLog,
    });

    const frameworkLog = this.log('FrameworkLog');
    this.frameworkRole = this.lambdaRole('FrameworkRole', frameworkLog);
    const provider = new Provider(this, 'Provider', {
      onEventHandler: handler,
      frameworkOnEventRole: this.frameworkRole,
      logGroup: frameworkLog,
    });
    this.serviceToken = provider.serviceToken;
    acknowledge(this, 'AwsSolutions-L1', 'The CDK chooses the runtime of its own provider framework.');
    acknowledgeWildcard(this, `${handler.functionArn}:*`, 'Versions of the one handler that the framework calls.');
  }

  /** The functions are the stack's, not one record's: of several keys, the first that is stated. */
  public encryptLogs(key: IKey): void {
    const groups = this.node.findAll().filter((each) => each instanceof CfnLogGroup);
    for (const group of groups) group.kmsKeyId ??= key.keyArn;
  }

  /**
   * The functions are the stack's, not one record's: where one record states a VPC, those of all records run there.
   *
   * @throws if another record of the stack states another VPC
   */
  public runIn(vpc: IVpc, subnets: SubnetSelection = { subnetType: SubnetType.PRIVATE_WITH_EGRESS }): void {
    if (this.vpc === vpc) return;
    if (this.vpc !== undefined) {
      throw new ValidationError(
        `functionsVpc: got ${vpc.node.path}, and ${this.vpc.node.path} for another record of ${Stack.of(this).node.path}; one pair of functions deploys all records of a stack. State one VPC.`,
      );
    }
    this.vpc = vpc;
    const group = new SecurityGroup(this, 'Functions', {
      vpc,
      description: 'Functions that deploy records: reach AWS APIs; nobody reaches them',
      allowAllOutbound: false,
    });
    group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'Route 53, Lambda, and the answer to CloudFormation');
    const { subnetIds } = vpc.selectSubnets(subnets);
    for (const each of this.node.findAll().filter((construct) => construct instanceof CfnFunction)) {
      each.vpcConfig = { subnetIds, securityGroupIds: [group.securityGroupId] };
    }
    for (const role of [this.role, this.frameworkRole]) this.allowInterfaces(role);
  }

  /** @see docs/aws-facts.md#lambda-network-interfaces */
  private allowInterfaces(role: Role): void {
    role.addToPolicy(
      new PolicyStatement({
        actions: [
          'ec2:AssignPrivateIpAddresses',
          'ec2:CreateNetworkInterface',
          'ec2:DeleteNetworkInterface',
          'ec2:DescribeNetworkInterfaces',
          'ec2:DescribeSubnets',
          'ec2:UnassignPrivateIpAddresses',
        ],
        resources: ['*'],
      }),
    );
    acknowledgeWildcard(role, '*', 'Lambda names the network interfaces of a function in a VPC when it makes them.');
  }

  /** Lets the handler change this one name, and its relay's, and nothing else in the zone. The record must depend on what is returned. */
  public allow(record: Construct, { hostedZoneArn, changeArn, recordName, relayName }: ChangedNames): Construct {
    const names = [recordName, ...(relayName === undefined ? [] : [relayName])];
    const policy = new Policy(record, 'HandlerPolicy', {
      roles: [this.role],
      statements: [
        new PolicyStatement({ actions: ['route53:ListResourceRecordSets'], resources: [hostedZoneArn] }),
        new PolicyStatement({
          actions: ['route53:ChangeResourceRecordSets'],
          resources: [hostedZoneArn],
          conditions: {
            'ForAllValues:StringEquals': {
              'route53:ChangeResourceRecordSetsNormalizedRecordNames': names.map(normalizedRecordName),
              'route53:ChangeResourceRecordSetsRecordTypes': relayName === undefined ? ['CNAME'] : ['CNAME', 'A'],
              // No UPSERT, which would overwrite weights that have moved meanwhile.
              'route53:ChangeResourceRecordSetsActions': ['CREATE', 'DELETE'],
            },
          },
        }),
        new PolicyStatement({ actions: ['route53:GetChange'], resources: [changeArn] }),
      ],
    });
    acknowledgeWildcard(policy, changeArn, 'Route 53 names a change only when it has been made.');
    return policy;
  }

  private log(id: string): LogGroup {
    return new LogGroup(this, id, { retention: RetentionDays.THREE_MONTHS, removalPolicy: RemovalPolicy.DESTROY });
  }

  private lambdaRole(id: string, log: LogGroup): Role {
    const role = new Role(this, id, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    log.grantWrite(role);
    return role;
  }
}
