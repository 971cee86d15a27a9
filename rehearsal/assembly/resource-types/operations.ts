import {
  type Attribute,
  arn,
  digits,
  globalArn,
  id,
  named,
  namedInLowerCase,
  property,
  type ResourceModels,
  text,
} from './model';

const stateMachineArn = arn('states', 'stateMachine:', named('StateMachineName'));
const activityArn = arn('states', 'activity:', named('Name'));
const alarmArn = arn('cloudwatch', 'alarm:', named('AlarmName'));
const secretArn: Attribute = (resource) =>
  `${text(arn('secretsmanager', 'secret:', named('Name'))(resource))}-${digits(resource, 'secret', 6)}`;
const topicArn = arn('sns', '', named('TopicName'));
const keyArn: Attribute = (resource) =>
  `arn:aws:kms:${resource.region}:${resource.account}:key/${text(keyId(resource))}`;
const uuid =
  (purpose: string): Attribute =>
  (resource) => {
    const hex = digits(resource, purpose, 32);
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  };
const keyId = uuid('key');
/** A connection's ARN ends with an id that EventBridge gives; its secret is EventBridge's own, in this account. */
const connectionId: Attribute = (resource) => `${text(named('Name')(resource))}/${text(uuid('connection')(resource))}`;
const connectionSecretArn: Attribute = (resource) =>
  `${text(arn('secretsmanager', 'secret:events!connection/', connectionId)(resource))}-${digits(resource, 'secret', 6)}`;
const mappingId = uuid('mapping');
const scheduleArn: Attribute = (resource) =>
  text(arn('scheduler', `schedule/${text(resource.property('GroupName') ?? 'default')}/`, named('Name'))(resource));
/** A rule on a bus of its own has the bus in its name; on the default bus only the rule's own. */
const ruleArn: Attribute = (resource) => {
  const bus = resource.property('EventBusName');
  const name = text(named('Name')(resource));
  return `arn:aws:events:${resource.region}:${resource.account}:rule/${bus === undefined ? name : `${text(bus).split('/').at(-1)}/${name}`}`;
};

/** What runs, watches and keeps secrets: Step Functions, Systems Manager, IAM, Lambda, CloudWatch and the like. */
export const OPERATIONS: ResourceModels = {
  'AWS::Backup::BackupVault': {
    ref: named('BackupVaultName'),
    attributes: { BackupVaultArn: arn('backup', 'backup-vault:', named('BackupVaultName')) },
  },
  'AWS::CloudFormation::WaitConditionHandle': { ref: named('Name'), attributes: {} },
  'AWS::CloudWatch::Alarm': { ref: named('AlarmName'), attributes: { Arn: alarmArn } },
  'AWS::CloudWatch::CompositeAlarm': { ref: named('AlarmName'), attributes: { Arn: alarmArn } },
  'AWS::CloudWatch::Dashboard': { ref: named('DashboardName'), attributes: {} },
  'AWS::Events::Connection': {
    ref: named('Name'),
    attributes: { Arn: arn('events', 'connection/', connectionId), SecretArn: connectionSecretArn },
  },
  'AWS::Events::EventBus': {
    ref: property('Name'),
    attributes: { Arn: arn('events', 'event-bus/', property('Name')), Name: property('Name') },
  },
  'AWS::Events::Rule': { ref: named('Name'), attributes: { Arn: ruleArn } },
  'AWS::IAM::InstanceProfile': {
    ref: named('InstanceProfileName'),
    attributes: { Arn: globalArn('iam', 'instance-profile/', named('InstanceProfileName')) },
  },
  'AWS::IAM::ManagedPolicy': {
    ref: globalArn('iam', 'policy/', named('ManagedPolicyName')),
    attributes: { PolicyArn: globalArn('iam', 'policy/', named('ManagedPolicyName')) },
  },
  'AWS::IAM::Policy': { ref: property('PolicyName'), attributes: {} },
  'AWS::IAM::Role': {
    ref: named('RoleName'),
    attributes: {
      Arn: globalArn('iam', 'role/', named('RoleName')),
      RoleId: (resource) => `AROA${digits(resource, 'role', 16).toUpperCase()}`,
    },
  },
  'AWS::KMS::Alias': { ref: property('AliasName'), attributes: {} },
  'AWS::KMS::Key': { ref: keyId, attributes: { Arn: keyArn, KeyId: keyId } },
  'AWS::Lambda::EventSourceMapping': {
    ref: mappingId,
    attributes: { Id: mappingId, EventSourceMappingArn: arn('lambda', 'event-source-mapping:', mappingId) },
  },
  'AWS::Lambda::Function': {
    ref: named('FunctionName'),
    attributes: { Arn: arn('lambda', 'function:', named('FunctionName')) },
  },
  'AWS::Lambda::LayerVersion': {
    ref: (resource) => `${text(arn('lambda', 'layer:', named('LayerName'))(resource))}:1`,
    attributes: {},
  },
  'AWS::Lambda::Version': {
    ref: (resource) => `${text(property('FunctionName')(resource))}:1`,
    attributes: { Version: () => '1' },
  },
  'AWS::Logs::LogGroup': {
    ref: named('LogGroupName'),
    attributes: { Arn: (resource) => `${text(arn('logs', 'log-group:', named('LogGroupName'))(resource))}:*` },
  },
  'AWS::S3::Bucket': {
    ref: (resource) => text(named('BucketName')(resource)).toLowerCase(),
    attributes: {
      Arn: (resource) => `arn:aws:s3:::${text(named('BucketName')(resource)).toLowerCase()}`,
      DomainName: (resource) => `${text(named('BucketName')(resource)).toLowerCase()}.s3.amazonaws.com`,
    },
  },
  'AWS::SNS::Topic': { ref: topicArn, attributes: { TopicArn: topicArn, TopicName: named('TopicName') } },
  'AWS::SQS::Queue': {
    ref: (resource) =>
      `https://sqs.${resource.region}.amazonaws.com/${resource.account}/${text(named('QueueName')(resource))}`,
    attributes: { Arn: arn('sqs', '', named('QueueName')), QueueName: named('QueueName') },
  },
  'AWS::SSM::Document': { ref: named('Name'), attributes: {} },
  'AWS::SSM::Parameter': {
    ref: named('Name'),
    attributes: { Value: property('Value'), Type: property('Type') },
  },
  'AWS::Scheduler::Schedule': { ref: named('Name'), attributes: { Arn: scheduleArn } },
  'AWS::Scheduler::ScheduleGroup': {
    ref: named('Name'),
    attributes: { Arn: arn('scheduler', 'schedule-group/', named('Name')) },
  },
  'AWS::SecretsManager::Secret': { ref: secretArn, attributes: { Id: secretArn } },
  'AWS::SecretsManager::SecretTargetAttachment': { ref: property('SecretId'), attributes: {} },
  'AWS::StepFunctions::Activity': { ref: activityArn, attributes: { Arn: activityArn, Name: named('Name') } },
  'AWS::StepFunctions::StateMachine': {
    ref: stateMachineArn,
    attributes: { Arn: stateMachineArn, Name: named('StateMachineName') },
  },
  'AWS::Synthetics::Canary': {
    ref: namedInLowerCase('Name', 255),
    attributes: { Id: uuid('canary'), State: () => 'RUNNING' },
  },
  'AWS::AutoScaling::AutoScalingGroup': { ref: named('AutoScalingGroupName'), attributes: {} },
  'AWS::ApplicationAutoScaling::ScalableTarget': {
    ref: (resource) =>
      ['ResourceId', 'ScalableDimension', 'ServiceNamespace'].map((name) => text(property(name)(resource))).join('|'),
    attributes: { Id: id('target') },
  },
  'AWS::ECS::Cluster': {
    ref: named('ClusterName'),
    attributes: { Arn: arn('ecs', 'cluster/', named('ClusterName')) },
  },
  'AWS::ECS::Service': {
    ref: (resource) => serviceArn(resource),
    attributes: { ServiceArn: (resource) => serviceArn(resource), Name: named('ServiceName') },
  },
  'AWS::ECS::TaskDefinition': {
    ref: (resource) => `${text(arn('ecs', 'task-definition/', named('Family'))(resource))}:1`,
    attributes: {
      TaskDefinitionArn: (resource) => `${text(arn('ecs', 'task-definition/', named('Family'))(resource))}:1`,
    },
  },
};

const serviceArn: Attribute = (resource) => {
  const cluster = text(resource.property('Cluster') ?? 'default')
    .split('/')
    .at(-1);
  return `arn:aws:ecs:${resource.region}:${resource.account}:service/${cluster}/${text(named('ServiceName')(resource))}`;
};
