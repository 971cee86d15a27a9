import type { IChainable, TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { JobPhase } from '../../../contract/batch-migration';
import { parameterArn } from '../../cutover/journal/journal';
import type { LockParameter } from '../../cutover/lock/lock-link';
import { awsCall } from '../../cutover/states/aws-call';
import { expression, literal } from '../../cutover/states/expression';
import { jsonata } from '../../cutover/states/jsonata';
import { moment } from './host-commands';
import { redrivenJob } from './redriven-job';

export const JOURNAL_VERSION = 1;

/** The folder of the journals of all jobs. */
export function journalsOf(migrationName: string): string {
  return `/cdk-cutover/${migrationName}/jobs`;
}

/** Of a job: `$job` is known only to the execution. */
export function lockOfJob(scope: Construct, migrationName: string): LockParameter {
  const folder = `/cdk-cutover/${migrationName}/locks`;
  const name = `${literal(`${folder}/`)} & $job.name`;
  return { field: expression(name), folder: `${name} & '/'`, arn: parameterArn(scope, `${folder}/*`) };
}

/**
 * Where a job is, which decision was made last, and what a stopped execution was at: a parameter a job. What is decided stands
 * here before any host is told. Of blue's line it has the SHA-256 alone: lines hold passwords.
 *
 * The parameters are the state machine's, not CloudFormation's: a deploy that wrote them would forget where jobs are.
 */
export class JobJournal {
  /** Names of the states that write it, by the phase that they write. */
  public readonly writes = new Map<JobPhase, string[]>();

  /** Where an execution leads that was redriven. */
  public readonly redriven: IChainable;

  private readonly name: string;

  constructor(
    private readonly scope: Construct,
    private readonly migrationName: string,
  ) {
    this.name = expression(`${literal(`${journalsOf(migrationName)}/`)} & $job.name`);
    this.redriven = redrivenJob(scope, this.read('Read where the job is now'));
  }

  /** Assigns `$journal`. A missing parameter is a job that nobody has moved. */
  public read(name: string): TaskStateBase {
    const found = '$states.result.Parameters[0]';
    const none = jsonata`
      {'version': ${JOURNAL_VERSION}, 'job': $job.name, 'phase': 'settled', 'state': 'undecided',
      'side': 'blue', 'epoch': 0}
    `;
    return awsCall(this.scope, name, {
      call: 'ssm:getParameters',
      parameters: { Names: [this.name] },
      iamAction: 'ssm:GetParameters',
      resources: [this.arn],
      wildcard: 'A journal is a parameter a job, named after it.',
      assign: { journal: expression(`$count($states.result.Parameters) = 0 ? ${none} : $parse(${found}.Value)`) },
      outputs: {},
    });
  }

  /** Saves and assigns the journal with `changes`, a JSONata object, merged in. */
  public write(name: string, phase: JobPhase, changes: string, comment: string): TaskStateBase {
    this.writes.set(phase, [...(this.writes.get(phase) ?? []), name]);
    const stamp = `{'phase': '${phase}', 'execution': $states.context.Execution.Id, 'at': ${moment('$millis()')}}`;
    const journal = `$merge([$journal, ${changes}, ${stamp}])`;
    const write = awsCall(this.scope, name, {
      call: 'ssm:putParameter',
      comment,
      parameters: {
        Name: this.name,
        Description: 'Where a cron job is, and what was decided last. Needed to put it back.',
        Type: 'String',
        Tier: 'Intelligent-Tiering',
        Overwrite: true,
        Value: expression(`$string(${journal})`),
      },
      iamAction: 'ssm:PutParameter',
      resources: [this.arn],
      wildcard: 'A journal is a parameter a job, named after it.',
      assign: { journal: expression(journal) },
      outputs: {},
    });
    write.addCatch(this.redriven, { errors: ['States.QueryEvaluationError'] });
    return write;
  }

  private get arn(): string {
    return parameterArn(this.scope, `${journalsOf(this.migrationName)}/*`);
  }
}
