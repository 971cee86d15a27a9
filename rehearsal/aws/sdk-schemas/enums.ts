import type { NormalizedSchema } from '@smithy/core/schema';
import type { SdkServiceNames } from './services';

/**
 * Which exported enum a member takes its values from, by `<structure>.<member>`. The SDK's run-time schemas say only
 * "string"; a test compares this list with the SDK's own type declarations.
 */
export const ENUM_MEMBERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  applicationautoscaling: {
    'RegisterScalableTargetRequest.ServiceNamespace': 'ServiceNamespace',
    'RegisterScalableTargetRequest.ScalableDimension': 'ScalableDimension',
    'DescribeScalableTargetsRequest.ServiceNamespace': 'ServiceNamespace',
    'DescribeScalableTargetsRequest.ScalableDimension': 'ScalableDimension',
  },
  cloudwatch: {
    'DescribeAlarmsInput.AlarmTypes': 'AlarmType',
    'DescribeAlarmsInput.StateValue': 'StateValue',
    'ListAlarmMuteRulesInput.Statuses': 'AlarmMuteRuleStatus',
    'SetAlarmStateInput.StateValue': 'StateValue',
    'MetricDatum.Unit': 'StandardUnit',
    'GetMetricStatisticsInput.Statistics': 'Statistic',
    'GetMetricStatisticsInput.Unit': 'StandardUnit',
  },
  ec2: { 'TagSpecification.ResourceType': 'ResourceType' },
  ecs: {
    'DescribeServicesRequest.include': 'ServiceField',
    'DescribeTasksRequest.include': 'TaskField',
    'ListTasksRequest.desiredStatus': 'DesiredStatus',
    'ListTasksRequest.launchType': 'LaunchType',
    'UpdateServiceRequest.availabilityZoneRebalancing': 'AvailabilityZoneRebalancing',
    'UpdateServiceRequest.propagateTags': 'PropagateTags',
  },
  elasticloadbalancingv2: { 'Action.Type': 'ActionTypeEnum' },
  eventbridge: { 'PutRuleRequest.State': 'RuleState' },
  iam: { 'ContextEntry.ContextKeyType': 'ContextKeyTypeEnum' },
  lambda: { 'InvocationRequest.InvocationType': 'InvocationType', 'InvocationRequest.LogType': 'LogType' },
  route53: {
    'Change.Action': 'ChangeAction',
    'ListResourceRecordSetsRequest.StartRecordType': 'RRType',
    'ResourceRecordSet.Failover': 'ResourceRecordSetFailover',
    'ResourceRecordSet.Region': 'ResourceRecordSetRegion',
    'ResourceRecordSet.Type': 'RRType',
  },
  scheduler: {
    'CreateScheduleInput.ActionAfterCompletion': 'ActionAfterCompletion',
    'CreateScheduleInput.State': 'ScheduleState',
    'FlexibleTimeWindow.Mode': 'FlexibleTimeWindowMode',
    'ListSchedulesInput.State': 'ScheduleState',
    'UpdateScheduleInput.ActionAfterCompletion': 'ActionAfterCompletion',
    'UpdateScheduleInput.State': 'ScheduleState',
  },
  sfn: {
    'MockInput.fieldValidationMode': 'MockResponseValidationMode',
    'TestStateInput.inspectionLevel': 'InspectionLevel',
    'DescribeExecutionInput.includedData': 'IncludedData',
    'ListExecutionsInput.redriveFilter': 'ExecutionRedriveFilter',
    'ListExecutionsInput.statusFilter': 'ExecutionStatus',
  },
  ssm: {
    'CommandFilter.key': 'CommandFilterKey',
    'InstanceInformationFilter.key': 'InstanceInformationFilterKey',
    'PutParameterRequest.Tier': 'ParameterTier',
    'PutParameterRequest.Type': 'ParameterType',
    'SendCommandRequest.DocumentHashType': 'DocumentHashType',
  },
};

/** The values a member accepts; undefined where it is not known to be an enumeration. */
export async function enumValues(
  service: SdkServiceNames,
  structure: NormalizedSchema,
  member: string,
): Promise<readonly string[] | undefined> {
  const enumName = ENUM_MEMBERS[service.identifier]?.[`${structure.getName()}.${member}`];
  if (enumName === undefined) {
    return undefined;
  }
  const key = `${service.identifier}.${enumName}`;
  const known = KNOWN.get(key) ?? (await loadEnum(service, enumName));
  KNOWN.set(key, known);
  return known;
}

const KNOWN = new Map<string, readonly string[]>();

async function loadEnum(service: SdkServiceNames, enumName: string): Promise<readonly string[]> {
  const values = Object.entries(await service.load()).find(([name]) => name === enumName)?.[1];
  if (typeof values !== 'object' || values === null) {
    throw new Error(`The ${service.serviceId} client exports no enum ${enumName}.`);
  }
  return Object.values(values).map(String);
}
