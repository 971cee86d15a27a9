import { Duration } from 'aws-cdk-lib';
import { Fail, type IChainable, Map as MapState, Pass, ProvideItems } from 'aws-cdk-lib/aws-stepfunctions';
import type { Phase } from '../../../cutover/machine/phase';
import { awsCall } from '../../../cutover/states/aws-call';
import { expression, literal } from '../../../cutover/states/expression';
import { inOrder } from '../../../cutover/states/in-order';
import { poll, seldom } from '../../../cutover/states/poll';
import { NAMED_BY_RDS } from './blue-green-deployment';
import type { ManagedSteps } from './managed-steps';

const MAX_CHANGE = Duration.hours(2);

/** Of Aurora, RDS takes no class when it makes green: its instances have blue's. */
export function resize(steps: ManagedSteps, instanceClass: string): Phase {
  const { deployment } = steps;
  return {
    name: 'Resize',
    role: 'resize',
    purpose: `Brings the instances of green to ${instanceClass}.`,
    direction: 'cutover',
    forward: inOrder(
      deployment.find('Find the green to resize'),
      deployment.describeCluster('List the instances of green', '$deployment.target', 'green'),
      everyInstance(steps, instanceClass),
    ),
  };
}

/** Nobody is on green yet: all of its instances at once. */
function everyInstance({ scope, deployment }: ManagedSteps, instanceClass: string): IChainable {
  const id = expression('$states.input');
  const known = Pass.jsonata(scope, 'Load the instance', { assign: { instance: id } });
  const modify = awsCall(scope, 'Change the instance class', {
    call: 'rds:modifyDBInstance',
    parameters: {
      DbInstanceIdentifier: expression('$instance'),
      DbInstanceClass: instanceClass,
      ApplyImmediately: true,
    },
    iamAction: 'rds:ModifyDBInstance',
    resources: deployment.instanceArns,
    wildcard: NAMED_BY_RDS,
    outputs: {},
  });
  const ask = awsCall(scope, 'Describe the instance', {
    call: 'rds:describeDBInstances',
    parameters: { DbInstanceIdentifier: expression('$instance') },
    iamAction: 'rds:DescribeDBInstances',
    resources: deployment.instanceArns,
    wildcard: NAMED_BY_RDS,
    assign: { now: expression(`$states.result.DbInstances[0].{'status': DbInstanceStatus, 'class': DbInstanceClass}`) },
    outputs: {},
  });
  const changed = poll(scope, 'The instance class', {
    ask,
    done: `$now.status = 'available' and $now.class = ${literal(instanceClass)}`,
    within: MAX_CHANGE,
    late: Fail.jsonata(scope, 'An instance was not changed in time', {
      error: 'ResizeTimedOut',
      cause: expression(`$instance & ' is ' & $now.status & ' as ' & $now.class & '. See its events in RDS.'`),
    }),
    everySeconds: seldom(MAX_CHANGE),
  });
  return MapState.jsonata(scope, 'Change every instance class', {
    items: ProvideItems.jsonata(expression('$green.members')),
    outputs: {},
  }).itemProcessor(inOrder(known, modify, changed));
}
