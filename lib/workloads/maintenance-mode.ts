import { Duration, Fn, Token } from 'aws-cdk-lib';
import { CfnListenerRule, type IApplicationListener } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Choice, type IChainable, Pass, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import type { IConstruct } from 'constructs';
import { awsCall } from '../cutover/states/aws-call';
import { everyPage } from '../cutover/states/every-page';
import { expression } from '../cutover/states/expression';
import { inOrder } from '../cutover/states/in-order';
import { is } from '../cutover/states/is';
import { jsonata } from '../cutover/states/jsonata';
import { unlessRedriven } from '../cutover/states/once';
import { assertStated } from '../cutover/validations/stated';
import { ValidationError } from '../validation-error';
import { refuseUnless } from './refuse-unless';
import { type Reading, settingKind } from './setting-workload';
import type { IWorkload, KindStates, WorkloadKind, WorkloadProps } from './workload-kind';
import { workloadOfKind } from './workload-of-kind';

/** Properties of a maintenance page in front of an Application Load Balancer. */
export interface MaintenanceModeWorkloadProps extends WorkloadProps {
  /** The listener that gets the rule. */
  readonly listener: IApplicationListener;

  /** Priority of the rule, 1 to 50000: below that of every rule whose requests it is to answer, and used by none. */
  readonly priority: number;

  /**
   * Paths that are in maintenance, with `*` and `?` as the listener knows them, e.g. `/orders/*`. With `hosts`, at most
   * five together.
   *
   * @default - all paths of `hosts`
   */
  readonly paths?: string[];

  /**
   * Hosts that are in maintenance.
   *
   * @default - all hosts
   */
  readonly hosts?: string[];

  /**
   * The page, up to 1024 bytes. A load balancer's fixed answer carries no `Retry-After` header, so that the default page
   * asks browsers to load it again.
   *
   * @default - a page that says so and loads itself again after `retryAfter`
   */
  readonly body?: string;

  /**
   * `text/html`, `text/plain`, `text/css`, `application/javascript` or `application/json`.
   *
   * @default 'text/html'
   */
  readonly contentType?: string;

  /**
   * After how long the default page loads itself again.
   *
   * @default Duration.seconds(30)
   */
  readonly retryAfter?: Duration;

  /**
   * How long requests that were let through before may take to end.
   *
   * @default Duration.seconds(10)
   */
  readonly drain?: Duration;
}

interface MaintenanceModeFacts {
  readonly listener: string;
  readonly priority: number;
  readonly paths: readonly string[];
  readonly hosts: readonly string[];
  readonly body: string;
  readonly contentType: string;
  readonly drainSeconds: number;
}

type States = KindStates<MaintenanceModeFacts>;

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
const MAX_CONDITION_VALUES = 5;
const MAX_BODY_BYTES = 1024;
const CONTENT_TYPES = ['text/html', 'text/plain', 'text/css', 'application/javascript', 'application/json'];

export function maintenanceMode(props: MaintenanceModeWorkloadProps): IWorkload {
  assertStated('MaintenanceModeWorkloadProps', props, {
    listener: "the load balancer's listener",
    priority: 'a priority that none of its rules has',
  });
  const { listener, priority, paths = [], hosts = [], contentType = 'text/html' } = props;
  const name = props.name ?? `${listener.node.id}-${priority}`;
  const body = props.body ?? page(props.retryAfter ?? Duration.seconds(30));
  check(name, { priority, values: [...paths, ...hosts], body, contentType });
  return workloadOfKind(MAINTENANCE_MODE, name, props, {
    listener: listener.listenerArn,
    priority,
    paths,
    hosts,
    body,
    contentType,
    drainSeconds: (props.drain ?? Duration.seconds(10)).toSeconds(),
  });
}

/** `$there` are the rules at our priority, of which a listener has one at most. The rule of ours is the one at our priority with our page. */
const OURS = '$there[page = $facts.body]';

const PAGE = settingKind<MaintenanceModeFacts>({
  id: 'maintenanceMode',
  name: 'maintenance page',
  read: (states, name, reading) => rules(states, name, reading),
  value: () => `{'maintenance': $count(${OURS}) > 0}`,
  stopped: `{'maintenance': true}`,
  stop: show,
  quiet: ({ scope }, name) =>
    Wait.jsonata(scope, name, { time: WaitTime.seconds(unlessRedriven('$facts.drainSeconds')) }),
  restore: remove,
});

const MAINTENANCE_MODE: WorkloadKind<MaintenanceModeFacts> = {
  ...PAGE,
  id: 'maintenanceMode',
  name: 'maintenance mode',

  survey(states) {
    checkPriorities(states);
    const { scope, prefix } = states;
    const look = rules(states, prefix, {
      assign: { taken: expression('$count($there) > 0') },
    });
    const free = refuseUnless(
      scope,
      `${prefix}: is its priority free?`,
      '$not($taken)',
      jsonata`
        'Priority ' & $facts.priority & ' of the listener ' & $facts.listener
        & ' is in use by another rule. Choose one that is not, or delete that rule if an earlier cutover left it.'
      `,
    );
    return inOrder(look, free, Pass.jsonata(scope, `${prefix}: found`, { outputs: { maintenance: false } }));
  },
};

/** A repeated call finds the priority taken, by the rule that its first try made. */
function show(states: States, prefix: string): IChainable {
  const { scope, all } = states;
  const create = awsCall(scope, `${prefix}: show the page`, {
    call: 'elasticloadbalancingv2:createRule',
    parameters: {
      ListenerArn: expression('$facts.listener'),
      Priority: expression('$facts.priority'),
      Conditions: expression(
        jsonata`
          [$count($facts.paths) > 0 ? {'Field': 'path-pattern', 'PathPatternConfig': {'Values': [$facts.paths]}},
          $count($facts.hosts) > 0 ? {'Field': 'host-header', 'HostHeaderConfig': {'Values': [$facts.hosts]}}]
        `,
      ),
      Actions: [
        {
          Type: 'fixed-response',
          FixedResponseConfig: {
            StatusCode: '503',
            ContentType: expression('$facts.contentType'),
            MessageBody: expression('$facts.body'),
          },
        },
      ],
    },
    iamAction: 'elasticloadbalancing:CreateRule',
    resources: all.map(({ listener }) => listener),
    outputs: {},
  });
  const look = rules(states, `${prefix}: was it refused?`, {
    assign: { shown: expression(`$count(${OURS}) > 0`) },
  });
  create.addCatch(look.startState, {
    errors: ['States.ALL'],
    assign: { refusal: expression('$states.errorOutput.Cause') },
  });
  const shown = inOrder(look, refuseUnless(scope, `${prefix}: is the page there?`, '$shown', '$refusal'));
  return { id: create.id, startState: create, endStates: [create, ...shown.endStates] };
}

function remove(states: States, prefix: string): IChainable {
  const { scope, all } = states;
  const find = rules(states, `${prefix}: find the page`, {
    assign: { ours: expression(`[${OURS}.arn]`) },
  });
  const gone = Pass.jsonata(scope, `${prefix}: there is none`, { outputs: {} });
  const drop = awsCall(scope, `${prefix}: remove the page`, {
    call: 'elasticloadbalancingv2:deleteRule',
    parameters: { RuleArn: expression('$ours[0]') },
    iamAction: 'elasticloadbalancing:DeleteRule',
    // Each listener once: IAM has little room, and the CDK does not see that two Fn::Join are the same.
    resources: [...new Set(all.map(({ listener }) => listener))].map((listener) => `${rulesArn(listener)}/*`),
    wildcard: 'The rule is made during the cutover; its listener is named.',
    outputs: {},
  });
  const choice = Choice.jsonata(scope, `${prefix}: is it there?`).when(is('$count($ours) > 0'), drop).otherwise(gone);
  for (const end of find.endStates) end.next(choice);
  return { id: find.id, startState: find.startState, endStates: [drop, gone] };
}

function rules({ scope }: States, name: string, reading: Pick<Reading, 'assign'>): IChainable {
  return everyPage(scope, name, {
    call: 'elasticloadbalancingv2:describeRules',
    // A rule with a page of its own, five conditions and a sign-in has some 4 KB.
    parameters: `{'ListenerArn': $facts.listener, 'PageSize': 50}`,
    into: 'there',
    kept: jsonata`
      [$append($there, $states.result.Rules[Priority = $string($facts.priority)].$merge([{'arn': RuleArn},
      $exists(Actions[0].FixedResponseConfig) ? {'page': Actions[0].FixedResponseConfig.MessageBody} : {}]))]
    `,
    next: 'NextMarker',
    from: 'Marker',
    iamAction: 'elasticloadbalancing:DescribeRules',
    resources: ['*'],
    wildcard: 'DescribeRules knows no resources.',
    assign: reading.assign,
  });
}

/** `…:listener/app/NAME/ID/ID` becomes `…:listener-rule/app/NAME/ID/ID`, tokens or not. */
function rulesArn(listener: string): string {
  return Fn.join(':listener-rule/', [
    Fn.select(0, Fn.split(':listener/', listener)),
    Fn.select(1, Fn.split(':listener/', listener)),
  ]);
}

function page(retryAfter: Duration): string {
  return `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="${retryAfter.toSeconds()}"><title>Maintenance</title><p>This page is in maintenance and will be back in a moment.</p>`;
}

function check(
  name: string,
  { priority, values, body, contentType }: { priority: number; values: string[]; body: string; contentType: string },
): void {
  if (!Token.isUnresolved(priority) && (!Number.isInteger(priority) || priority < 1 || priority > 50_000)) {
    throw new ValidationError(`priority of ${name}: got ${priority}; accepted are whole numbers from 1 to 50000.`);
  }
  if (values.length === 0) {
    throw new ValidationError(
      `paths and hosts of ${name}: got none; say what is in maintenance. For everything give paths ['*'].`,
    );
  }
  if (values.length > MAX_CONDITION_VALUES) {
    throw new ValidationError(
      `paths and hosts of ${name}: got ${values.length}; accepted are up to ${MAX_CONDITION_VALUES} together in one rule. List two workloads with a priority each.`,
    );
  }
  if (!Token.isUnresolved(body) && Buffer.byteLength(body) > MAX_BODY_BYTES) {
    throw new ValidationError(
      `body of ${name}: got ${Buffer.byteLength(body)} bytes; accepted are up to ${MAX_BODY_BYTES}. Shorten it, or link to a page elsewhere.`,
    );
  }
  if (!CONTENT_TYPES.includes(contentType)) {
    throw new ValidationError(
      `contentType of ${name}: got '${contentType}'; accepted are ${CONTENT_TYPES.join(', ')}.`,
    );
  }
}

/** What the same app gives the priority to would refuse the page at night. Looked at when all is there. */
function checkPriorities({ scope, all }: States): void {
  scope.node.addValidation({ validate: () => taken(scope, all) });
}

function taken(scope: IConstruct, all: readonly MaintenanceModeFacts[]): string[] {
  const found: string[] = [];
  const key = (listener: string, priority: number) => `${listener} ${priority}`;
  const used = new Map<string, string>();
  for (const each of scope.node.root.node.findAll()) {
    if (each instanceof CfnListenerRule && each.listenerArn !== undefined)
      used.set(key(each.listenerArn, each.priority), each.node.path);
  }
  for (const { listener, priority } of all) {
    const by = used.get(key(listener, priority));
    if (by !== undefined) {
      found.push(
        `priority: ${priority} is used by ${by} on the same listener; the maintenance page needs one of its own.`,
      );
    }
    used.set(key(listener, priority), 'another maintenance page');
  }
  return [...new Set(found)];
}
