import { CfnOutput, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import {
  type CfnStateMachine,
  Choice,
  Fail,
  type IChainable,
  LogLevel,
  Pass,
  QueryLanguage,
  StateMachine,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { acknowledge } from '../annotations';
import type { ApprovalProps } from '../approval/approval';
import { DefinitionText } from '../definition/definition-text';
import type { Journal } from '../journal/journal';
import { Lock } from '../lock/lock';
import { lockOfMigration } from '../lock/lock-link';
import { parameterName } from '../migration-name';
import { OutcomeStates, type OutcomeStatesProps } from '../outcome/outcome-states';
import { serviceOfOwnAccount } from '../permissions/service-of-own-account';
import type { StateMachineArns } from '../permissions/state-machine-arns';
import { acknowledgeWildcard } from '../permissions/wildcard-findings';
import { RecoverLook, type RecoverLookProps } from '../recovery/recover-look';
import { RecoverRule } from '../recovery/recover-rule';
import { expression, literal } from '../states/expression';
import { is } from '../states/is';
import { jsonata } from '../states/jsonata';
import { AS_IT_HAD_ENDED, REDRIVEN } from '../states/once';
import type { ActiveSide } from './active-side';
import type { Errand } from './errand';
import { ASKS, type LostSide, type PhasesAlone, type RollbackUnsupported } from './lost-side';
import { MANIFEST, type ManifestFacts, manifestOf } from './manifest';
import type { Phase } from './phase';
import { PhaseGraph } from './phase-graph';
import { RECOVERY_NEEDED } from './recovery-needed';
import { Router, TO_BLUE, TO_GREEN } from './router';
import { acknowledgeWildcardsOf } from './state-permissions';
import { NOTHING_FAILED } from './unfinished';

/** What the phases need to know of a side, beyond the record's name for it. Available as `$from` and `$to`. */
export interface SideFacts {
  readonly port: number;
  readonly securityGroupIds: readonly string[];
  /** Whatever else the phases of an engine need, e.g. the parameter group to turn events on in. */
  readonly [fact: string]: unknown;
}

export interface CutoverProps extends OutcomeStatesProps, Pick<RecoverLookProps, 'relayAlarm'> {
  /** The migration as the operator knows it, in order. None: there is nowhere to move to yet, and errands are all there is. */
  readonly phases: readonly Phase[];
  /** What else may be asked for, while clients are on blue. @default - nothing */
  readonly errands?: readonly Errand[];
  /** Deletes blue, which clients have left: `$from` is blue and `$to` is green. Absent: there are no phases either. */
  readonly retire?: Phase;
  /** Who is asked before. */
  readonly approval: ApprovalProps;
  /** How a rollback begins, where the side that clients are on may be gone. */
  readonly lost: LostSide | RollbackUnsupported | PhasesAlone;
  readonly record: ActiveSide;
  readonly arns: StateMachineArns;
  readonly journal: Journal;
  readonly blue: SideFacts;
  readonly green: SideFacts;
  /** What the log of executions is encrypted with. @default - CloudWatch Logs' own */
  readonly logEncryptionKey?: IKey | undefined;
  /** What a rehearsal and operators find the migration by, beside what its phases do. */
  readonly manifest: ManifestFacts;
  /** The whole execution's limit; when it is reached, `recover` puts everything back. */
  readonly timeout: Duration;
}

/**
 * What another state machine adds to the input of an execution that it starts.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-nested-workflows.html
 */
const STARTED_BY = 'AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID';

/** @see docs/aws-facts.md#ssm-reads-lag */
const WRITTEN_IS_SEEN_AFTER = Duration.seconds(10);

/**
 * Step Functions writes each log group into one policy of the account, of 5,120 characters, unless its name begins so.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html
 */
const LOG_GROUPS = '/aws/vendedlogs/states/';

const KNOWS = 'Load the configuration';
const ACTIONS = ['preflight', 'cutover', 'rollback', 'recover', 'retire'];

/**
 * The state machine of a migration: reads the request, takes the lock, reads the active side, and sends the execution
 * through the graph of its phases.
 */
export class Cutover extends Construct {
  public readonly stateMachine: StateMachine;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: CutoverProps,
  ) {
    super(scope, id);
    const outcome = new OutcomeStates(this, props);
    const lock = new Lock(this, lockOfMigration(this, props.migrationName), props.arns.executions);
    const graph = new PhaseGraph(this, {
      phases: props.phases,
      errands: props.errands ?? [],
      journal: props.journal,
      record: props.record,
      lost: props.lost,
      outcome,
    });

    const refused = this.refused(graph, outcome);
    const { errands = [], retire, approval, lost, record } = props;
    const router = new Router(this, { graph, errands, retire, approval, lost, record, refused });
    const take = lock.take({ taken: this.lookAround(router.route(), refused), refused });

    const definition = new DefinitionText(this.readTheRequest(take));
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineName: props.arns.stateMachineName,
      definitionBody: definition,
      definitionSubstitutions: definition.substitutions,
      role: new Role(this, 'Role', { assumedBy: serviceOfOwnAccount(this, 'states') }),
      queryLanguage: QueryLanguage.JSONATA,
      comment: `Moves clients between blue and green of ${props.migrationName}, and back.`,
      timeout: props.timeout,
      removalPolicy: RemovalPolicy.DESTROY,
      logs: {
        destination: new LogGroup(this, 'Log', {
          logGroupName: `${LOG_GROUPS}${props.migrationName}`,
          encryptionKey: props.logEncryptionKey,
          retention: RetentionDays.ONE_YEAR,
          // One that stayed would be in the way of the next migration of this name.
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ALL,
        // Inputs and outputs may hold what operators put there; the history keeps them for anyone who may read it.
        includeExecutionData: false,
      },
    });
    new StringParameter(this, 'Name', {
      parameterName: parameterName(props.migrationName, 'state-machine'),
      simpleName: false,
      description: 'By which the cutover command finds this migration.',
      stringValue: this.stateMachine.stateMachineArn,
    });
    new CfnOutput(this, 'MigrationName', {
      value: props.migrationName,
      description: 'What the cutover command calls this migration: cutover start NAME preflight',
    });
    const resource = this.stateMachine.node.defaultChild as CfnStateMachine;
    resource.addMetadata(
      MANIFEST,
      manifestOf(props.manifest, this.machine(graph, router.retiring, [...lock.writes, ...outcome.names])),
    );
    this.acknowledgeFindings(scope);
    new RecoverRule(this, 'Recover', { stateMachine: this.stateMachine });
    new RecoverLook(this, 'Look', {
      migrationName: props.migrationName,
      stateMachine: this.stateMachine,
      executionArns: props.arns.executions,
      relayAlarm: props.relayAlarm,
    });
  }

  private machine(graph: PhaseGraph, retiring: readonly Phase[], writes: readonly string[]) {
    const { migrationName, phases, errands = [], journal, lost } = this.props;
    const laid = phases.map((phase) => graph.manifestOf(phase));
    const asked = errands.map(({ action, phase }) => ({ action, ...graph.manifestOf(phase) }));
    const retired = retiring.map((phase) => graph.manifestOf(phase));
    const known = new Set([...laid, ...asked].flatMap(({ states }) => Object.values(states)));
    return {
      migrationName,
      all: [...phases, ...errands.map(({ phase }) => phase)],
      phases: laid,
      errands: asked,
      retire: retired,
      states: {
        knows: KNOWS,
        ...(graph.start !== undefined && { cutover: TO_GREEN }),
        ...(graph.start !== undefined && !('rollbackUnsupported' in lost) && { rollback: TO_BLUE }),
        recoveryNeeded: RECOVERY_NEEDED,
        bookkeeping: [...writes, ...journal.writes, ...('ask' in lost ? ASKS : [])].filter((name) => !known.has(name)),
      },
    };
  }

  private readTheRequest(next: IChainable): IChainable {
    const facts = (side: 'blue' | 'green') => ({ side, ...this.props[side] });
    const known = Pass.jsonata(this, KNOWS, {
      assign: {
        ...Object.assign({}, ...this.props.phases.map(({ knows }) => knows)),
        sides: { blue: facts('blue'), green: facts('green') },
        result: {},
        // Of an execution that was redriven before it had read it, too, the active side is asked for.
        journal: {},
        activeSide: 'unknown',
        ...NOTHING_FAILED,
      },
    });
    known.next(next);
    const actions = this.actions();
    const accepted = `['${actions.join("', '")}']`;
    return Choice.jsonata(this, 'Read the request', {
      comment: `Input: {"action": "${actions.join('" | "')}"}`,
    })
      .when(
        is(
          jsonata`
            $exists($states.input.action) and $states.input.action in ${accepted}
            and $count($keys($states.input)[$ != '${STARTED_BY}']) = 1
          `,
        ),
        known,
      )
      .otherwise(
        Fail.jsonata(this, 'Unknown action', {
          error: 'UnknownAction',
          cause: expression(
            jsonata`
              'Got ' & $string($states.input) & '. Accepted is {"action": A} with A one of ${actions.join(', ')}, and
              nothing else. Nothing was changed.'
            `,
          ),
        }),
      );
  }

  private actions(): string[] {
    const { phases, errands = [] } = this.props;
    const moving = phases.length === 0 ? ['recover'] : ACTIONS;
    return [...moving, ...errands.map(({ action }) => action)];
  }

  /** Sets `$journal` and `$activeSide`. */
  private lookAround(route: IChainable, refused: IChainable): IChainable {
    const journal = this.props.journal.read(this, 'Read the journal');
    const record = this.props.record.readActiveSide(this, 'Read the active side');
    for (const state of [journal, record]) {
      state.addCatch(refused, {
        errors: ['States.ALL'],
        assign: {
          failure: expression(
            `{'phase': 'Look around', 'error': $states.errorOutput.Error, 'cause': $states.errorOutput.Cause}`,
          ),
        },
      });
    }
    journal.next(record).next(route);
    const wait = Wait.jsonata(this, 'Wait until earlier writes are readable', {
      comment: 'A journal that reads as settled, and is not, would be closed over what is to be put back.',
      time: WaitTime.duration(WRITTEN_IS_SEEN_AFTER),
    });
    return wait.next(journal);
  }

  private refused(graph: PhaseGraph, outcome: OutcomeStates): IChainable {
    const { retire } = this.props;
    const nothing = `' -- Nothing was changed.'`;
    // What retires says itself when nothing was deleted: once it has begun, some of blue may be gone.
    const unlessRetiring = (phase: string) => jsonata`
      ($failure.phase = ${literal(phase)} ? ' -- Clients are on green. Once that is mended, {"action":"retire"} goes on
      where it stopped.' : ${nothing})
    `;
    const refused = Fail.jsonata(this, 'Refused', {
      error: expression('$failure.error'),
      cause: expression(
        jsonata`
          ${AS_IT_HAD_ENDED} & $failure.phase & ': ' & $failure.cause
          & ${retire === undefined ? nothing : unlessRetiring(retire.name)}
        `,
      ),
    });
    return Choice.jsonata(this, 'Was the refused execution redriven?')
      .when(is(REDRIVEN), graph.endings.recoveryNeeded)
      .otherwise(outcome.before(refused, 'that the execution was refused', `'refused'`));
  }

  private acknowledgeFindings(migration: Construct): void {
    acknowledge(
      this.stateMachine,
      'AwsSolutions-SF2',
      'Every state is a call of an AWS service or of the agent: history and log hold what a trace would.',
    );
    acknowledgeWildcard(this.stateMachine.role, '*', 'The actions by which a state machine logs know no resources.');
    acknowledgeWildcardsOf(migration, this.stateMachine.role);
  }
}
