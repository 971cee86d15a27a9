import {
  Chain,
  Choice,
  Fail,
  type IChainable,
  Map as MapState,
  Pass,
  ProvideItems,
  type TaskStateBase,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { awsCall } from '../states/aws-call';
import { expression, literal } from '../states/expression';
import { is } from '../states/is';
import { jsonata } from '../states/jsonata';
import { onceOnly } from '../states/once';
import {
  clientRules,
  describeRules,
  KEY,
  KEY_DESCRIBED,
  type NotClients,
  permissionsOf,
  recordedRules,
} from './ingress-rules';

/** What is done to the recorded rules of a side, and how that is said. */
export interface IngressChange {
  readonly action: 'AuthorizeSecurityGroupIngress' | 'RevokeSecurityGroupIngress';
  /** JSONata: which of the recorded `$rules` it is still to be done to, by the keys of those that are `$there`. */
  readonly left: string;
  /** What EC2 says of a rule to which it was done already. */
  readonly alreadyDone: string;
  /** Whether a rule's description goes with it. */
  readonly described: boolean;
  readonly error: string;
  readonly remedy: string;
  readonly names: Readonly<Record<'each' | 'all' | 'again' | 'one' | 'look' | 'tooLate', string>>;
}

/** @see docs/aws-facts.md#ec2-duplicate-rule */
export const RESTORE: IngressChange = {
  action: 'AuthorizeSecurityGroupIngress',
  left: `$rules[$not(${KEY} in $there)]`,
  alreadyDone: 'already exists',
  described: true,
  error: 'RulesNotBack',
  remedy: 'Clients came through these rules. Put them back: aws ec2 authorize-security-group-ingress',
  names: {
    each: 'restore ingress of each group',
    all: 'restore client ingress rules',
    again: 'restore missing rules',
    one: 'restore one rule',
    look: 'are client ingress rules restored?',
    tooLate: 'client ingress rules are not restored',
  },
};

/** @see docs/aws-facts.md#ec2-revoke-unknown-rule */
export const REVOKE: IngressChange = {
  action: 'RevokeSecurityGroupIngress',
  left: `$rules[${KEY} in $there]`,
  alreadyDone: 'does not exist in this security group',
  described: false,
  error: 'RulesNotGone',
  remedy: 'Clients can still connect through these rules. See who else puts them there.',
  names: {
    each: 'revoke ingress of each group',
    all: 'revoke client ingress rules',
    again: 'revoke remaining rules',
    one: 'revoke one rule',
    look: 'are client ingress rules revoked?',
    tooLate: 'client ingress rules are not revoked',
  },
};

/** Clients wait: what EC2 refuses so many times, it will refuse again; a look may be old for minutes. */
const MAX_REFUSALS = 8;
const MAX_LOOKS = 40;
/** To change everything again before each look would only be throttled. */
const LOOKS_PER_CHANGE = 5;

export interface IngressChangeProps extends NotClients {
  readonly prefix: string;
  readonly side: string;
  /** ARNs of the groups whose rules may be changed. */
  readonly groupArns: string[];
}

/**
 * Changes all recorded rules of a group with one call. Where EC2 refuses that, because it was done to one of them
 * already, each is changed by itself. Then it looks until all are changed, and changes again what is not.
 *
 * What was done follows from what EC2 answers to a change; a look alone proves nothing, for it may be old.
 *
 * @see docs/aws-facts.md#ec2-eventual-consistency
 */
export class ChangedIngress {
  public readonly change: MapState;
  /** The same without the first call: where all should be so already. */
  public readonly look: TaskStateBase;
  public readonly done: Pass;
  private readonly again: MapState;

  constructor(
    private readonly scope: Construct,
    private readonly what: IngressChange,
    private readonly props: IngressChangeProps,
  ) {
    this.change = this.changeAtOnce();
    this.again = this.changeOneByOne();
    this.look = this.lookWhatIsLeft();
    this.done = Pass.jsonata(scope, this.name('client ingress is as intended'), { outputs: {} });
    this.connect();
  }

  private changeAtOnce(): MapState {
    const rules = recordedRules(this.props.side);
    return this.each(this.what.names.each, {
      items: `[$distinct(${rules}.groupId)]`,
      call: this.call(this.what.names.all, {
        group: '$states.input',
        rules: `($group := $states.input; ${rules}[groupId = $group])`,
        refused: `{'group': $states.input}`,
      }),
      outputs: {
        round: 0,
        refused: [],
        rules: expression(`($groups := $states.result.group; [${rules}[groupId in $groups]])`),
      },
    });
  }

  private changeOneByOne(): MapState {
    return this.each(this.what.names.again, {
      items: '$states.input.rules',
      call: this.call(this.what.names.one, {
        group: '$states.input.groupId',
        rules: '$states.input',
        refused: jsonata`
          $contains($states.errorOutput.Cause, ${literal(this.what.alreadyDone)}) ? {} : {'rule': $states.input,
          'why': $states.errorOutput.Cause}
        `,
      }),
      outputs: { round: expression('$states.input.round'), refused: expression('[$states.result[why]]') },
    });
  }

  private lookWhatIsLeft(): TaskStateBase {
    const { side } = this.props;
    return describeRules(this.scope, this.name(this.what.names.look), side, {
      outputs: expression(`(
        $rules := ${recordedRules(side)};
        $there := ${clientRules(side, this.props)}.${KEY_DESCRIBED};
        $refused := $states.input.refused;
        {'round': $states.input.round, 'refused': $refused, 'rules': [$refused.rule, ${this.what.left}]}
      )`),
    });
  }

  private connect(): void {
    const { scope } = this;
    const wait = Wait.jsonata(scope, this.name('wait for EC2'), {
      // A redriven execution changes nothing: to ask for it again and again would only use up the events that it has left.
      time: WaitTime.seconds(onceOnly('$states.input.round < 10 ? 1 : 5')),
      outputs: expression(`$merge([$states.input, {'round': $states.input.round + 1}])`),
    });
    const refused = '$count($states.input.refused) > 0';
    this.change.next(
      Choice.jsonata(scope, this.name('did EC2 refuse?'))
        .when(is('$count($states.input.rules) > 0'), this.again)
        .otherwise(this.look),
    );
    this.again.next(this.look);
    this.look.next(
      Choice.jsonata(scope, this.name('are rules left to change?'))
        .when(is('$count($states.input.rules) = 0'), this.done)
        .when(is(`$states.input.round >= (${refused} ? ${MAX_REFUSALS} : ${MAX_LOOKS})`), this.tooLate())
        .otherwise(wait),
    );
    wait.next(
      Choice.jsonata(scope, this.name('read again or change again?'))
        .when(is(`${refused} or $states.input.round % ${LOOKS_PER_CHANGE} = 0`), this.again)
        .otherwise(this.look),
    );
  }

  private tooLate(): Fail {
    const { names, error, remedy } = this.what;
    return Fail.jsonata(this.scope, this.name(names.tooLate), {
      error,
      cause: expression(
        jsonata`
          $string($states.input.rules) & $join($distinct($states.input.refused.why).(' -- ' & $))
          & ${literal(` -- ${remedy}`)}
        `,
      ),
    });
  }

  /** One call that changes `rules`, tried once: what was `refused` is told, not thrown. */
  private call(
    name: string,
    { group, rules, refused }: { readonly group: string; readonly rules: string; readonly refused: string },
  ): IChainable {
    const { action, described } = this.what;
    const call = awsCall(this.scope, this.name(name), {
      call: `ec2:${action.charAt(0).toLowerCase()}${action.slice(1)}`,
      parameters: { GroupId: expression(group), IpPermissions: expression(permissionsOf(rules, described)) },
      iamAction: `ec2:${action}`,
      resources: this.props.groupArns,
      outputs: {},
      attempts: 0,
    });
    const told = Pass.jsonata(this.scope, this.name(`${name}: EC2 refused`));
    call.addCatch(told, { errors: ['States.TaskFailed'], outputs: expression(refused) });
    return Chain.custom(call, [call, told], told);
  }

  private each(
    name: string,
    { items, call, outputs }: { readonly items: string; readonly call: IChainable; readonly outputs: unknown },
  ): MapState {
    return MapState.jsonata(this.scope, this.name(name), {
      items: ProvideItems.jsonata(expression(items)),
      outputs,
    }).itemProcessor(call);
  }

  private name(rest: string): string {
    return `${this.props.prefix}: ${rest}`;
  }
}
