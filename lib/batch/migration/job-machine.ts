import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  Choice,
  type IChainable,
  LogLevel,
  Pass,
  QueryLanguage,
  StateMachine,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { BatchManifestStates, JobPhase } from '../../../contract/batch-migration';
import { acknowledge } from '../../cutover/annotations';
import { DefinitionText } from '../../cutover/definition/definition-text';
import { Lock } from '../../cutover/lock/lock';
import { acknowledgeWildcardsOf } from '../../cutover/machine/state-permissions';
import { serviceOfOwnAccount } from '../../cutover/permissions/service-of-own-account';
import type { StateMachineArns } from '../../cutover/permissions/state-machine-arns';
import { acknowledgeWildcard } from '../../cutover/permissions/wildcard-findings';
import { AwsCall } from '../../cutover/states/aws-call';
import { expression } from '../../cutover/states/expression';
import { is } from '../../cutover/states/is';
import { jsonata } from '../../cutover/states/jsonata';
import type { HandoverDocuments, SourceFacts } from './handover-documents';
import { HostQuestions } from './host-question';
import { JobEndings } from './job-endings';
import type { JobFacts } from './job-facts';
import { JobJournal, lockOfJob } from './job-journal';
import { jobPreflight } from './job-preflight';
import { jobProof } from './job-proof';
import { ACTIONS, asks, JobRouter } from './job-router';
import { toBlue } from './to-blue';
import { toGreen } from './to-green';

export interface JobMachineProps {
  readonly migrationName: string;
  readonly arns: StateMachineArns;
  readonly jobs: readonly JobFacts[];
  readonly documents: HandoverDocuments;
  readonly blue: SourceFacts;
  /** IDs of the hosts; of one that is known by its tags, none. */
  readonly hosts: { readonly blue: string; readonly green: string };
  readonly logEncryptionKey?: IKey | undefined;
}

/** What another state machine adds to the input of an execution that it starts and waits for. */
const STARTED_BY = 'AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID';
/** @see docs/aws-facts.md#ssm-reads-lag */
const WRITTEN_IS_SEEN_AFTER = Duration.seconds(10);
/** For what waits besides: the cut, answers, other tries. */
const ALL_ELSE = Duration.hours(3);

/**
 * The state machine of a job: `{"action": "cutover", "job": "orders"}`. A job is a migration of its own, with its own lock and
 * journal, so that each moves, is proved and comes back by itself.
 */
export class JobMachine extends Construct {
  public readonly stateMachine: StateMachine;
  public readonly states: BatchManifestStates;
  private readonly endings: JobEndings;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: JobMachineProps,
  ) {
    super(scope, id);
    const { migrationName, arns, documents } = props;
    const journal = new JobJournal(this, migrationName);
    this.endings = new JobEndings(this, journal.redriven);
    const questions = new HostQuestions(this, documents, journal.redriven);
    const steps = { scope: this, journal, endings: this.endings, questions };

    const blue = toBlue(steps);
    const green = toGreen(steps, blue.handBack);
    const proof = jobProof(steps, blue.fromGreen);
    const preflight = jobPreflight(
      steps,
      props.blue,
      Choice.jsonata(this, 'Preflight only?')
        .when(asks('preflight'), this.endings.preflightPassed)
        .otherwise(green.start),
      this.endings.refused,
    );
    const route = new JobRouter(steps, props.hosts.blue === '' ? props.blue : undefined).route({
      blue,
      green,
      proof,
      preflight,
    });
    const read = journal.read('Read the journal');
    read.addCatch(this.endings.refused, {
      errors: ['States.ALL'],
      assign: { failure: expression(`{'error': $states.errorOutput.Error, 'cause': $states.errorOutput.Cause}`) },
    });
    read.next(route);
    const settle = Wait.jsonata(this, 'Wait until earlier writes are readable', {
      comment: 'A journal that reads as settled, and is not, would be overwritten.',
      time: WaitTime.duration(WRITTEN_IS_SEEN_AFTER),
    });
    settle.next(read);
    const lock = new Lock(this, lockOfJob(this, migrationName), arns.executions);
    const take = lock.take({ taken: settle, refused: this.endings.refused });
    const definition = new DefinitionText(this.readTheRequest(take));

    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineName: arns.stateMachineName,
      definitionBody: definition,
      definitionSubstitutions: definition.substitutions,
      role: new Role(this, 'Role', { assumedBy: serviceOfOwnAccount(this, 'states') }),
      queryLanguage: QueryLanguage.JSONATA,
      comment: `Moves one cron job of ${migrationName} between the old server and the batch host.`,
      timeout: this.timeout(),
      removalPolicy: RemovalPolicy.DESTROY,
      logs: {
        destination: new LogGroup(this, 'Log', {
          logGroupName: `/aws/vendedlogs/states/${arns.stateMachineName}`,
          encryptionKey: props.logEncryptionKey,
          retention: RetentionDays.ONE_YEAR,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ALL,
        includeExecutionData: false,
      },
    });
    this.states = this.statesOf(journal);
    acknowledge(
      this.stateMachine,
      'AwsSolutions-SF2',
      'Every state is a call of an AWS service: history and log hold what a trace would.',
    );
    this.acknowledgeWildcards();
  }

  private readTheRequest(next: IChainable): IChainable {
    const { jobs, hosts } = this.props;
    const known = Pass.jsonata(this, 'Load the configuration', {
      assign: {
        jobs: Object.fromEntries(jobs.map((job) => [job.name, job])),
        hosts,
        goal: 'none',
        found: [],
        told: [],
        leftOut: { count: 0, slots: [] },
        failure: { error: 'none', cause: 'none' },
      },
      outputs: expression('$states.input'),
    });
    const choose = Pass.jsonata(this, 'Choose the job', {
      assign: { job: expression('$lookup($jobs, $states.input.job)'), jobs: {} },
      outputs: {},
    });
    choose.next(next);
    const accepted = `['${ACTIONS.join("', '")}']`;
    known.next(
      Choice.jsonata(this, 'Read the request', {
        comment: `Input: {"action": "${ACTIONS.join('" | "')}", "job": NAME}`,
      })
        .when(
          is(
            jsonata`
              $exists($states.input.action) and $exists($states.input.job)
              and $states.input.action in ${accepted} and $states.input.job in $keys($jobs)
              and $count($keys($states.input)[$ != '${STARTED_BY}']) = 2
            `,
          ),
          choose,
        )
        .otherwise(this.endings.unknownRequest),
    );
    return known;
  }

  /** Each side's last run may be waited for, and what is owed. */
  private timeout(): Duration {
    const longest = Math.max(...this.props.jobs.map(({ lastRunWithin }) => lastRunWithin));
    return Duration.seconds(3 * longest).plus(ALL_ELSE);
  }

  private statesOf(journal: JobJournal): BatchManifestStates {
    const writes = Object.fromEntries(journal.writes) as unknown as Record<JobPhase, string[]>;
    const commands = this.node
      .findAll()
      .flatMap((state) => (state instanceof AwsCall && state.call.call === 'ssm:sendCommand' ? [state.node.id] : []));
    return {
      journal: writes,
      commands: Object.fromEntries(commands.map((name) => [name.replace(/: send the command$/, ''), name])),
      endings: this.endings.names,
      recoveryNeeded: this.endings.recoveryNeeded.id,
    };
  }

  private acknowledgeWildcards(): void {
    acknowledgeWildcard(this.stateMachine.role, '*', 'The actions by which a state machine logs know no resources.');
    acknowledgeWildcardsOf(this, this.stateMachine.role);
  }
}
