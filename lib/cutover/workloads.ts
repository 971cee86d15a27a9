import { Duration, Token } from 'aws-cdk-lib';
import { Chain, Choice, Condition, Fail, type IChainable, Parallel, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { expression, literal } from './expression';
import type { Phase } from './phase';
import type { IWorkload } from './workload';

/** A state's name takes 80 characters, and says what is done with the workload besides its id. */
const LONGEST_ID = 40;

export function checkWorkloads(workloads: readonly IWorkload[]): void {
  const seen = new Set<string>();
  for (const { workloadId } of workloads) {
    if (!Token.isUnresolved(workloadId) && (workloadId.length === 0 || workloadId.length > LONGEST_ID)) {
      throw new Error(
        `workloads: got '${workloadId}' (${workloadId.length} characters); accepted are 1 to ${LONGEST_ID}, because it is part of state names. Give the workload a shorter name.`,
      );
    }
    if (seen.has(workloadId)) {
      throw new Error(`workloads: got '${workloadId}' twice; each may be listed once. Remove one of the two.`);
    }
    seen.add(workloadId);
  }
}

/** The phases that stop the workloads and put them back. Empty where there are none. */
export class Workloads {
  constructor(
    private readonly scope: Construct,
    private readonly workloads: readonly IWorkload[],
  ) {
    checkWorkloads(workloads);
  }

  public quiesce(): Phase[] {
    if (this.workloads.length === 0) return [];
    return [
      {
        name: 'Quiesce',
        purpose: 'Stops what must not run during the switch, and proves that it is quiet.',
        survey: this.survey(),
        forward: this.each('Stop every workload', 'Stop', (workload, props) => workload.quiesce(this.scope, props)),
        undo: this.resumeAll('put back'),
        undone: `{'workloads': {}}`,
      },
    ];
  }

  public resume(): Phase {
    return {
      name: 'Resume',
      purpose: 'Puts back what was stopped, as it was. Users are on the new side for good.',
      role: 'resume',
      forward: this.workloads.length === 0 ? new Pass(this.scope, 'Nothing was stopped') : this.resumeAll('resume'),
      done: `{'workloads': {}}`,
    };
  }

  /** What an earlier execution recorded and did not put back is how it was; what is found now is not. */
  private survey(): IChainable {
    const look = this.each('Look at every workload', 'Look at', (workload, props) =>
      workload.survey(this.scope, props),
    );
    const ids = this.workloads.map(({ workloadId }) => literal(workloadId)).join(', ');
    const merge = Pass.jsonata(this.scope, 'Keep what was recorded before', {
      outputs: expression(
        `($ids := [${ids}]; $seen := $states.input; $found := $map($ids, function($id, $index) { {$id: $seen[$index]} }); {'workloads': $merge([$found, $journal.workloads])})`,
      ),
    });
    return look.next(merge);
  }

  /** One that cannot be put back must not keep the others stopped: each is tried to the end, then all failures are named. */
  private resumeAll(word: string): IChainable {
    const failed = Fail.jsonata(this.scope, `Some workloads did not ${word}`, {
      error: 'NotResumed',
      cause: expression(`$join($states.input[$exists(failure)].(workload & ': ' & failure), '; ')`),
    });
    const all = Parallel.jsonata(this.scope, `Have every workload ${word}`).branch(
      ...this.workloads.map((workload) => this.resumeOne(workload, word)),
    );
    const done = Pass.jsonata(this.scope, `Every workload did ${word}`);
    const judge = Choice.jsonata(this.scope, `Did every workload ${word}?`)
      .when(Condition.jsonata(expression('$count($states.input[$exists(failure)]) > 0')), failed)
      .otherwise(done);
    all.next(judge);
    return Chain.custom(all, [done], done);
  }

  private resumeOne(workload: IWorkload, word: string): IChainable {
    const prefix = `${capital(word)} ${workload.workloadId}`;
    const recorded = this.recorded(workload);
    const attempt = Parallel.jsonata(this.scope, prefix, {
      outputs: { workload: workload.workloadId },
    }).branch(workload.resume(this.scope, { prefix, recorded }));
    attempt.addRetry({ errors: ['States.ALL'], interval: Duration.seconds(5), backoffRate: 2, maxAttempts: 4 });
    attempt.addCatch(
      Pass.jsonata(this.scope, `${prefix}: failed`, {
        outputs: {
          workload: workload.workloadId,
          failure: expression(`$states.input.Error & ': ' & $states.input.Cause`),
        },
      }),
      { errors: ['States.ALL'] },
    );
    return Choice.jsonata(this.scope, `${prefix}: was it touched?`)
      .when(Condition.jsonata(expression(`$exists(${recorded})`)), attempt)
      .otherwise(Pass.jsonata(this.scope, `${prefix}: untouched`, { outputs: { workload: workload.workloadId } }));
  }

  private each(
    name: string,
    verb: string,
    chain: (workload: IWorkload, props: { prefix: string; recorded: string }) => IChainable,
  ): Parallel {
    return Parallel.jsonata(this.scope, name).branch(
      ...this.workloads.map((workload) =>
        chain(workload, { prefix: `${verb} ${workload.workloadId}`, recorded: this.recorded(workload) }),
      ),
    );
  }

  private recorded(workload: IWorkload): string {
    return `$lookup($journal.workloads, ${literal(workload.workloadId)})`;
  }
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
