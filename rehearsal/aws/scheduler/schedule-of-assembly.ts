import type { FlexibleTimeWindow, Target } from '@aws-sdk/client-scheduler';
import type { Json, JsonObject, Resource } from '../../assembly';
import type { NewSchedule } from './schedules';

/** A schedule (AWS::Scheduler::Schedule) of the assembly. */
export function scheduleOf(resource: Resource): NewSchedule {
  const text = (name: string) => {
    const value = resource.property(name);
    return value === undefined ? undefined : String(value);
  };
  const window: unknown = resource.property('FlexibleTimeWindow');
  const target: unknown = targetOf(resource.property('Target'));
  const optional = {
    group: text('GroupName'),
    ScheduleExpressionTimezone: text('ScheduleExpressionTimezone'),
    Description: text('Description'),
    KmsKeyArn: text('KmsKeyArn'),
    StartDate: date(text('StartDate')),
    EndDate: date(text('EndDate')),
  };
  return {
    name: String(resource.physicalId),
    ScheduleExpression: text('ScheduleExpression'),
    FlexibleTimeWindow: window as FlexibleTimeWindow,
    Target: target as Target,
    State: text('State') === 'DISABLED' ? 'DISABLED' : 'ENABLED',
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
}

const date = (value: string | undefined) => (value === undefined ? undefined : new Date(value));

/** ECS's own structures, which the API spells as ECS does: with a small letter. */
const OF_ECS = ['NetworkConfiguration', 'CapacityProviderStrategy', 'PlacementConstraints', 'PlacementStrategy'];

/** CloudFormation spells a target as the API does, but for what is ECS's. */
function targetOf(target: Json | undefined): Json | undefined {
  if (!isObject(target) || !isObject(target.EcsParameters)) {
    return target;
  }
  const parameters = Object.entries(target.EcsParameters).map(([name, value]) => [
    name,
    OF_ECS.includes(name) ? inSmallLetters(value) : value,
  ]);
  return { ...target, EcsParameters: Object.fromEntries(parameters) };
}

/** The names of an object, or of each in a list; not those inside. */
function inSmallLetters(value: Json): Json {
  if (Array.isArray(value)) {
    return value.map(inSmallLetters);
  }
  return isObject(value)
    ? Object.fromEntries(
        Object.entries(value).map(([name, item]) => [`${name.charAt(0).toLowerCase()}${name.slice(1)}`, item]),
      )
    : value;
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
