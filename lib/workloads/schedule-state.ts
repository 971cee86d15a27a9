import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Chain } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { awsCall } from '../cutover/states/aws-call';
import { expression } from '../cutover/states/expression';
import { jsonata } from '../cutover/states/jsonata';

export interface ScheduleAccess {
  readonly scope: Construct;
  /** JSONata text. */
  readonly name: string;
  /** JSONata text. */
  readonly group: string;
  /** The variable it is kept in between reading and writing, another one in an inner scope. */
  readonly variable: string;
  readonly arns: string[];
  readonly wildcard?: string;
  /** ARNs of the roles that the targets are invoked with. */
  readonly roles: string[];
}

/** What GetSchedule tells and UpdateSchedule does not take. */
const NOT_SETTINGS = `['Arn', 'CreationDate', 'LastModificationDate']`;

/**
 * Enables or disables a schedule. UpdateSchedule replaces all of it, and what is left out falls back to its default: so
 * that all of it is read first, and written again with another state.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html
 */
export function setState(access: ScheduleAccess, name: string, state: string): Chain {
  const { scope, arns, wildcard, roles, variable } = access;
  const common = { resources: arns, ...(wildcard !== undefined && { wildcard }) };
  const read = awsCall(scope, `${name}: read it whole`, {
    ...common,
    call: 'scheduler:getSchedule',
    parameters: { Name: expression(access.name), GroupName: expression(access.group) },
    iamAction: 'scheduler:GetSchedule',
    assign: {
      [variable]: expression(
        jsonata`
          $sift($states.result, function($value, $key) { $not($key in ${NOT_SETTINGS}) and $value != null
          and ($key != 'StartDate' or $toMillis($value) > $millis()) })
        `,
      ),
    },
    outputs: {},
  });
  const write = awsCall(scope, `${name}: write it whole`, {
    ...common,
    call: 'scheduler:updateSchedule',
    parameters: {},
    parametersFrom: `$merge([$${variable}, {'State': ${state}}])`,
    iamAction: 'scheduler:UpdateSchedule',
    alsoAllowed: [
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [...new Set(roles)],
        conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
      }),
    ],
    outputs: {},
  });
  return Chain.start(read).next(write);
}
