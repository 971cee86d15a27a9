import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Map as MapState, ProvideItems, type TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { parameterName } from '../migration-name';
import { awsCall } from '../states/aws-call';
import { expression, literal } from '../states/expression';
import { jsonata } from '../states/jsonata';
import { JOURNAL_VERSION, upgraded } from './journal-version';

/** The phase written when an execution has ended and nothing is left to put back. */
export const SETTLED = 'settled';

/** What a parameter of 8 KB can hold: some 300 characters each. */
// @see docs/aws-facts.md#ssm-parameter-size
export const WORKLOADS_IN_A_PART = 25;

const EMPTY = `{'phase': '${SETTLED}', 'ingress': {}, 'workloads': {}, 'filled': {}, 'events': {}}`;

/**
 * What was found before it was changed, and the phase reached, in SSM parameters. `StopExecution` runs no Catch: the
 * journal is how `recover` knows where to take up.
 *
 * How the workloads were is kept in parameters of its own, some in each, for one parameter holds 8 KB. Each part is
 * right by itself, so that it does not matter which of them were written when an execution was stopped.
 *
 * The parameters are the state machine's, not CloudFormation's: a deploy that touched them would write the template's
 * value over what must be put back.
 */
export class Journal {
  public readonly parameterName: string;
  /** Names of the states that write it. */
  public readonly writes: string[] = [];
  private readonly parts: readonly string[];

  constructor(
    private readonly scope: Construct,
    public readonly migrationName: string,
    /** How many workloads there are to remember. */
    workloads = 0,
  ) {
    this.parameterName = parameterName(migrationName, 'journal');
    this.parts = Array.from({ length: Math.ceil(workloads / WORKLOADS_IN_A_PART) }, (_, part) =>
      parameterName(migrationName, `workloads/${part}`),
    );
  }

  /**
   * Assigns `$journal`, of whatever version it was written. Asks by GetParameters, for which a missing parameter is an
   * answer and not an error.
   */
  public read(scope: Construct, name: string): TaskStateBase {
    const main = literal(this.parameterName);
    const found = jsonata`
      $merge([$exists($main) ? $parse($main) : {'version': ${JOURNAL_VERSION}}, {'workloads': $merge($append([{}],
      $found[Name != ${main}].$parse(Value)))}])
    `;
    return awsCall(scope, name, {
      call: 'ssm:getParameters',
      parameters: { Names: [this.parameterName, ...this.parts] },
      iamAction: 'ssm:GetParameters',
      resources: [this.parameterName, ...this.parts].map((each) => parameterArn(this.scope, each)),
      assign: {
        journal: expression(
          jsonata`
            ($found := $states.result.Parameters; $main := $found[Name = ${main}].Value; $merge([${EMPTY},
            ${upgraded(found)}]))
          `,
        ),
      },
      outputs: {},
    });
  }

  /** JSONata: the journal with `changes`, a JSONata object, merged in. */
  public with(changes: string): string {
    return `$merge([$journal, ${changes}])`;
  }

  /** Saves the journal with `changes`, a JSONata object, merged in, and assigns it. */
  public write(scope: Construct, name: string, changes: string, comment: string): TaskStateBase {
    const journal = this.with(changes);
    return this.put(scope, name, { journal, comment, assign: { journal: expression(journal) } });
  }

  /**
   * Saves the journal with `changes` merged in, from within a phase: what is noted there is over with the phase, and no
   * variable of it is the execution's.
   */
  public note(scope: Construct, name: string, changes: string, comment: string): TaskStateBase {
    return this.put(scope, name, { journal: this.with(changes), comment });
  }

  private put(
    scope: Construct,
    name: string,
    {
      journal,
      comment,
      assign,
    }: { readonly journal: string; readonly comment: string; readonly assign?: Record<string, unknown> },
  ): TaskStateBase {
    this.writes.push(name);
    return awsCall(scope, name, {
      call: 'ssm:putParameter',
      comment,
      parameters: {
        Name: this.parameterName,
        Description: 'What a cutover found before it changed it, and how far it got. Needed to put it back.',
        Type: 'String',
        Tier: 'Intelligent-Tiering',
        Overwrite: true,
        Value: expression(`$string($sift(${journal}, function($value, $key) { $key != 'workloads' }))`),
      },
      iamAction: 'ssm:PutParameter',
      resources: [parameterArn(this.scope, this.parameterName)],
      ...(assign !== undefined && { assign }),
      outputs: {},
    });
  }

  /** Saves how the workloads were: `recorded` is a JSONata object by workload. Outputs what is merged into the journal. */
  public recordWorkloads(scope: Construct, name: string, recorded: string): MapState {
    // One that is listed no more goes into the first part: what it was like must not be forgotten. Each part is written
    // out: built in a lambda, it would cost a level of depth for each workload (docs/aws-facts.md#jsonata-depth).
    const mine = (part: number) =>
      `function($value, $id) { $lookup($parts, $id) = ${part}${part === 0 ? ' or $not($id in $listed)' : ''} }`;
    const parts = this.parts.map(
      (part, index) => `{'name': ${literal(part)}, 'value': $string($merge([{}, $sift($recorded, ${mine(index)})]))}`,
    );
    const each = `${name}: save a part`;
    this.writes.push(each);
    const save = awsCall(scope, each, {
      call: 'ssm:putParameter',
      parameters: {
        Name: expression('$states.input.name'),
        Description: 'How workloads were before a cutover stopped them. Needed to put them back.',
        Type: 'String',
        Tier: 'Intelligent-Tiering',
        Overwrite: true,
        Value: expression('$states.input.value'),
      },
      iamAction: 'ssm:PutParameter',
      resources: this.parts.map((part) => parameterArn(this.scope, part)),
      outputs: {},
    });
    return MapState.jsonata(scope, name, {
      items: ProvideItems.jsonata(
        expression(
          jsonata`
            ($recorded := ${recorded}; $listed := $workloads.id; $parts := $merge($workloads.{id: part});
            [${parts.join(', ')}])
          `,
        ),
      ),
      outputs: { workloads: expression(recorded) },
    }).itemProcessor(save);
  }
}

export function parameterArn(scope: Construct, name: string): string {
  return Stack.of(scope).formatArn({
    service: 'ssm',
    resource: 'parameter',
    resourceName: name.slice(1),
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
}
