import { Token } from 'aws-cdk-lib';
import {
  type Declaration,
  type DeclaredType,
  declarations,
  makersOf,
  membersOf,
  ownDeclaration,
  propertiesOf,
} from './declarations';

/** A member by which one knows what the CDK's own types are. */
export const MEMBER_OF: Readonly<Record<string, string>> = {
  'aws-cdk-lib.Duration': 'toSeconds',
  'aws-cdk-lib.Size': 'toBytes',
  'aws-cdk-lib.aws_autoscaling.IAutoScalingGroup': 'autoScalingGroupName',
  'aws-cdk-lib.aws_cloudwatch.IAlarm': 'alarmArn',
  'aws-cdk-lib.aws_cloudwatch.IAlarmAction': 'bind',
  'aws-cdk-lib.aws_cloudwatch.IMetric': 'toMetricConfig',
  'aws-cdk-lib.aws_ec2.IMachineImage': 'getImage',
  'aws-cdk-lib.aws_ec2.IPeer': 'uniqueId',
  'aws-cdk-lib.aws_ec2.ISecurityGroup': 'securityGroupId',
  'aws-cdk-lib.aws_ec2.IVpc': 'vpcId',
  'aws-cdk-lib.aws_ec2.InstanceType': 'sameInstanceClassAs',
  'aws-cdk-lib.aws_ecs.IBaseService': 'serviceName',
  'aws-cdk-lib.aws_elasticloadbalancingv2.IApplicationListener': 'listenerArn',
  'aws-cdk-lib.aws_events.IConnection': 'connectionArn',
  'aws-cdk-lib.aws_events.IRule': 'ruleArn',
  'aws-cdk-lib.aws_iam.IGrantable': 'grantPrincipal',
  'aws-cdk-lib.aws_iam.IIdentity': 'attachInlinePolicy',
  'aws-cdk-lib.aws_iam.IRole': 'roleArn',
  'aws-cdk-lib.aws_kms.IKey': 'keyArn',
  'aws-cdk-lib.aws_lambda.IEventSourceMapping': 'eventSourceMappingId',
  'aws-cdk-lib.aws_lambda.IFunction': 'functionArn',
  'aws-cdk-lib.aws_logs.ILogGroup': 'logGroupName',
  'aws-cdk-lib.aws_rds.IDatabaseCluster': 'clusterIdentifier',
  'aws-cdk-lib.aws_rds.IDatabaseInstance': 'instanceIdentifier',
  'aws-cdk-lib.aws_route53.IHostedZone': 'hostedZoneId',
  'aws-cdk-lib.aws_scheduler.ISchedule': 'scheduleArn',
  'aws-cdk-lib.aws_scheduler.IScheduleGroup': 'scheduleGroupName',
  'aws-cdk-lib.aws_secretsmanager.ISecret': 'secretArn',
  'aws-cdk-lib.aws_sns.ITopic': 'topicArn',
  'aws-cdk-lib.aws_stepfunctions.IStateMachine': 'stateMachineArn',
  'aws-cdk-lib.interfaces.aws_elasticache.IUserGroupRef': 'userGroupRef',
  'constructs.Construct': 'node',
};

/** The CDK's enums and structs: what a value of them is. */
export const PLAIN: Readonly<Record<string, 'string' | 'number' | 'object'>> = {
  'aws-cdk-lib.RemovalPolicy': 'string',
  'aws-cdk-lib.aws_cloudwatch.ComparisonOperator': 'string',
  'aws-cdk-lib.aws_cloudwatch.MetricOptions': 'object',
  'aws-cdk-lib.aws_ec2.SubnetSelection': 'object',
  'aws-cdk-lib.aws_events.OnEventOptions': 'object',
  'aws-cdk-lib.aws_logs.RetentionDays': 'number',
  'aws-cdk-lib.aws_rds.StorageType': 'string',
};

/** Whether it is, by itself; what it is made of is asked one by one. */
export function isOfType(value: unknown, type: DeclaredType): boolean {
  const { primitive, collection, fqn } = type;
  if (primitive !== undefined) return isPrimitive(value, primitive);
  if (collection?.kind === 'array') return Array.isArray(value);
  if (collection !== undefined) return isPlain(value);
  if (fqn === undefined) return true;
  const own = ownDeclaration(fqn);
  return own === undefined ? isOfCdk(value, fqn) : isOwn(value, own);
}

function isPrimitive(value: unknown, primitive: string): boolean {
  // A token of the CDK's, where it takes one for a text, a number or a boolean.
  if (isObject(value) && Token.isUnresolved(value)) return true;
  return primitive === 'any' || primitive === 'json' || typeof value === primitive;
}

function isOfCdk(value: unknown, fqn: string): boolean {
  const plain = PLAIN[fqn];
  if (plain !== undefined) return plain === 'object' ? isPlain(value) : typeof value === plain;
  const member = MEMBER_OF[fqn];
  return isObject(value) && (member === undefined ? !isEmpty(value) : member in value);
}

function isOwn(value: unknown, declaration: Declaration): boolean {
  if (declaration.kind === 'enum') return [...membersOf(declaration).values()].includes(value);
  if (declaration.datatype === true) return isPlain(value) || isLikeOne(value, declaration);
  if (!isObject(value)) return false;
  if (declaration.kind === 'class') return classesOf(value).includes(declaration.name);
  return propertiesOf(declaration).every(({ name, optional }) => optional === true || name in value);
}

/** By name: an app may hold the package twice, and each has classes of its own. */
function classesOf(value: object): readonly string[] {
  const parent: unknown = Object.getPrototypeOf(value);
  return isObject(parent) ? [parent.constructor?.name ?? '', ...classesOf(parent)] : [];
}

/** An object of an app's own class may state properties, too; one of ours is none, though both may have a name. */
function isLikeOne(value: unknown, declaration: Declaration): boolean {
  if (!isObject(value) || classesOf(value).some((name) => declarations().get(name)?.kind === 'class')) return false;
  const has = ({ name }: { readonly name: string }) => name in value;
  const all = propertiesOf(declaration);
  return all.some(has) && all.filter(({ optional }) => optional !== true).every(has);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPlain(value: unknown): value is object {
  if (!isObject(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function isEmpty(value: object): boolean {
  return isPlain(value) && Object.keys(value).length === 0;
}

const PRIMITIVES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
};

/** What a property takes, as a sentence of an error ends. */
export function inWords(type: DeclaredType): string {
  const { primitive, collection, fqn = 'object' } = type;
  if (primitive !== undefined) return PRIMITIVES[primitive] ?? 'anything';
  if (collection?.kind === 'array') return 'a list';
  if (collection !== undefined) return 'an object of names and values';
  const own = ownDeclaration(fqn);
  if (own === undefined) return wordsOfCdk(fqn);
  if (own.kind === 'enum') return `one of ${[...membersOf(own).keys()].join(', ')} (${own.name})`;
  if (own.datatype === true) {
    return `an object with ${propertiesOf(own)
      .map(({ name }) => name)
      .join(', ')}`;
  }
  const makers = makersOf(fqn);
  return makers.length === 0 ? `one of ${own.name}` : `what ${oneOf(makers)} makes`;
}

function wordsOfCdk(fqn: string): string {
  if (fqn === 'constructs.Construct') return 'a construct, such as the stack';
  const name = fqn.replace('aws-cdk-lib.', '').replaceAll('_', '-');
  return PLAIN[fqn] === 'object' ? `an object of the CDK's ${name}` : `one of the CDK's ${name}`;
}

const MANY = 6;

function oneOf(makers: readonly string[]): string {
  const classes = [...new Set(makers.map((maker) => `a function of ${maker.split('.')[0]}`))];
  const named = makers.length > MANY ? classes : makers;
  return named.length === 1 ? String(named[0]) : `${named.slice(0, -1).join(', ')} or ${named.at(-1)}`;
}
