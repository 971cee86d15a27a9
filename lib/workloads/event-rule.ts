import { Token } from 'aws-cdk-lib';
import { CfnRule, type IRule } from 'aws-cdk-lib/aws-events';
import { Choice } from 'aws-cdk-lib/aws-stepfunctions';
import { awsCall } from '../cutover/states/aws-call';
import { expression } from '../cutover/states/expression';
import { is } from '../cutover/states/is';
import { jsonata } from '../cutover/states/jsonata';
import { assertStated } from '../cutover/validations/stated';
import { settingKind } from './setting-workload';
import { takesEffect } from './takes-effect';
import type { IWorkload, KindStates, WorkloadProps } from './workload-kind';
import { workloadOfKind } from './workload-of-kind';

/** Properties of an EventBridge rule that is disabled for the switch. */
export interface EventRuleWorkloadProps extends WorkloadProps {
  /**
   * The rule: on a schedule, or on events. It is quiet a minute after it was disabled; what it has started runs on, and is a
   * workload of its own with this one in its `after`.
   */
  readonly rule: IRule;

  /**
   * The event bus that the rule is on.
   *
   * @default - what the rule's ARN or the app says; otherwise 'default'
   */
  readonly eventBusName?: string;
}

interface EventRuleFacts {
  readonly rule: string;
  readonly bus: string;
  readonly arn: string;
}

export function eventRule(props: EventRuleWorkloadProps): IWorkload {
  assertStated('EventRuleWorkloadProps', props, { rule: 'the rule that is disabled' });
  const { rule } = props;
  const { name, bus } = onItsBus(rule);
  return workloadOfKind(EVENT_RULE, rule.node.id, props, {
    rule: name,
    bus: props.eventBusName ?? bus,
    arn: rule.ruleArn,
  });
}

/** The ARN of a rule on a bus of one's own has the bus before the name, and the CDK takes both for the name. */
function onItsBus(rule: IRule): { name: string; bus: string } {
  const { ruleName, node } = rule;
  const [bus, name] = Token.isUnresolved(ruleName) ? [] : ruleName.split('/');
  if (bus !== undefined && name !== undefined) return { name, bus };
  const made = node.defaultChild;
  return { name: ruleName, bus: (made instanceof CfnRule ? made.eventBusName : undefined) ?? 'default' };
}

const EVENT_RULE = settingKind<EventRuleFacts>({
  id: 'eventRule',
  name: 'EventBridge rule',
  read: (states, name, reading) => call(states, name, 'DescribeRule', reading),
  value: () =>
    jsonata`
      $merge([{'state': $states.result.State}, $exists($states.result.ManagedBy)
      ? {'managedBy': $states.result.ManagedBy} : {}])
    `,
  stopped: `{'state': 'DISABLED'}`,
  ready: {
    holds: `$not($exists($now.managedBy)) and $now.state in ['ENABLED', 'DISABLED']`,
    otherwise: jsonata`
      'The rule ' & $facts.rule & ($exists($now.managedBy) ? ' is managed by ' & $now.managedBy
      & ', which alone may change it.' : ' is ' & $now.state & ', which EnableRule cannot put back.')
      & ' Leave it out, and stop what it starts.'
    `,
  },
  stop: (states, name) => call(states, `${name}: disable`, 'DisableRule', { outputs: {} }),
  quiet: ({ scope }, name) => takesEffect(scope, name),
  restore: (states, name) => {
    const enable = call(states, `${name}: enable`, 'EnableRule', { outputs: {} });
    const disable = call(states, `${name}: disable again`, 'DisableRule', { outputs: {} });
    const choice = Choice.jsonata(states.scope, `${name}: was it enabled?`)
      .when(is(`$recorded.state = 'ENABLED'`), enable)
      .otherwise(disable);
    return { id: choice.id, startState: choice, endStates: [enable, disable] };
  },
});

function call(
  { scope, all }: KindStates<EventRuleFacts>,
  name: string,
  action: 'DescribeRule' | 'DisableRule' | 'EnableRule',
  result: { assign?: Record<string, unknown>; outputs: unknown },
) {
  return awsCall(scope, name, {
    call: `eventbridge:${action.charAt(0).toLowerCase()}${action.slice(1)}`,
    parameters: { Name: expression('$facts.rule'), EventBusName: expression('$facts.bus') },
    iamAction: `events:${action}`,
    resources: all.map(({ arn }) => arn),
    ...result,
  });
}
