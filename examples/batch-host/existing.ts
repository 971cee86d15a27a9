import { type ISecurityGroup, type IVpc, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { type IRole, Role } from 'aws-cdk-lib/aws-iam';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/** What is there already, stated and not looked up. Put your own ids here. */
export class Existing {
  public readonly vpc: IVpc;
  /** The security group of the shop's database. */
  public readonly databaseGroup: ISecurityGroup;
  /** The server that the jobs are on, as Systems Manager knows it. */
  public readonly oldServer = 'i-0123456789abcdef0';
  /** JSON: username, password. */
  public readonly databaseSecret: ISecret;
  /** JSON: username, password. */
  public readonly partnerSecret: ISecret;
  /** Those who may look after the host. */
  public readonly operators: IRole;
  /** Those who are called when jobs are not well. */
  public readonly onCall: ITopic;

  constructor(scope: Construct) {
    const arn = (service: string, rest: string) => `arn:aws:${service}:eu-west-1:111122223333:${rest}`;
    this.vpc = Vpc.fromVpcAttributes(scope, 'Vpc', {
      vpcId: 'vpc-0123456789abcdef0',
      availabilityZones: ['eu-west-1a', 'eu-west-1b'],
      privateSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
      privateSubnetRouteTableIds: ['rtb-0123456789abcdef0', 'rtb-0123456789abcdef1'],
    });
    this.databaseGroup = SecurityGroup.fromSecurityGroupId(scope, 'DatabaseGroup', 'sg-0123456789abcdef0');
    this.databaseSecret = Secret.fromSecretCompleteArn(
      scope,
      'DatabaseSecret',
      arn('secretsmanager', 'secret:shop/batch-database-AbCdEf'),
    );
    this.partnerSecret = Secret.fromSecretCompleteArn(
      scope,
      'PartnerSecret',
      arn('secretsmanager', 'secret:shop/partner-sftp-GhIjKl'),
    );
    this.operators = Role.fromRoleArn(scope, 'Operators', 'arn:aws:iam::111122223333:role/shop-operators');
    this.onCall = Topic.fromTopicArn(scope, 'OnCall', arn('sns', 'shop-on-call'));
  }
}
