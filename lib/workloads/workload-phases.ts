import { Duration } from 'aws-cdk-lib';
import {
  Chain,
  Choice,
  Fail,
  type IChainable,
  Map as MapState,
  Parallel,
  Pass,
  ProvideItems,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { type Journal, WORKLOADS_IN_A_PART } from '../cutover/journal/journal';
import type { Phase } from '../cutover/machine/phase';
import { expression, literal } from '../cutover/states/expression';
import { is } from '../cutover/states/is';
import { jsonata } from '../cutover/states/jsonata';
import { checkDistinct, checkNoExpressions, checkWorkloads, stagesOf } from './validation';
import type { IWorkload, WorkloadKind } from './workload-kind';

type Step = 'preflight' | 'survey' | 'quiesce' | 'resume';

/** One entry of `$workloads`. */
export interface WorkloadEntry {
  readonly id: string;
  readonly kind: string;
  readonly stage: number;
  /** Of the journal. */
  readonly part: number;
  readonly owner?: string;
  readonly note?: string;
  readonly facts: object;
}

/**
 * The phases that stop the workloads and put them back. Empty where there are none.
 *
 * Every kind has its states once, and a Map runs them for each workload of the list `$workloads`: a hundred services
 * are a longer list, not a longer definition, which may have 1 MB.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export class Workloads {
  private readonly entries: readonly WorkloadEntry[];
  private readonly stages: readonly number[];

  constructor(
    private readonly scope: Construct,
    private readonly journal: Journal,
    private readonly workloads: readonly IWorkload[],
  ) {
    checkWorkloads(workloads);
    const stages = stagesOf(workloads);
    this.entries = workloads.map((workload, index) => ({
      id: workload.workloadId,
      kind: workload._kind.name,
      stage: stages.get(workload) ?? 0,
      part: Math.floor(index / WORKLOADS_IN_A_PART),
      ...(workload.owner !== undefined && { owner: workload.owner }),
      ...(workload.note !== undefined && { note: workload.note }),
      facts: workload._bind(scope),
    }));
    checkDistinct(this.entries);
    for (const entry of this.entries) checkNoExpressions(entry, `workload ${entry.id}`);
    this.stages = [...new Set(stages.values())].sort((a, b) => a - b);
  }

  /**
   * Looks at every workload while nothing is stopped yet, and assigns `$unready`: what is in the way, one line each.
   * Goes before a Choice that ends the preflight. Empty where there are no workloads.
   */
  public preflight(): IChainable[] {
    if (this.workloads.length === 0) return [];
    const attempt = Parallel.jsonata(this.scope, 'Inspect one workload', { outputs: {} }).branch(
      this.byKind('Inspect', 'preflight'),
    );
    attempt.addCatch(
      Pass.jsonata(this.scope, 'Save why it cannot be stopped', {
        outputs: {
          unready: expression(`$workload & ': ' & $states.input.Cause`),
        },
      }),
      { errors: ['States.ALL'] },
    );
    return [
      MapState.jsonata(this.scope, 'Inspect every workload', {
        comment: 'What cannot be stopped, or not be put back, is found while it is still day.',
        items: ProvideItems.jsonata(expression('$workloads')),
        assign: { unready: expression('[$states.result.unready]') },
        outputs: {},
      }).itemProcessor(this.named('Load the workload to inspect', attempt)),
    ];
  }

  public quiesce(): Phase[] {
    if (this.workloads.length === 0) return [];
    return [
      {
        name: 'Quiesce',
        role: 'quiesce',
        purpose: 'Stops what must not run during the switch, and proves that it is quiet.',
        knows: { workloads: this.entries },
        survey: this.survey(),
        forward: this.stop(),
        undo: this.resumeAll('restore'),
        undoing: 'apart',
        undone: `{'workloads': {}}`,
      },
    ];
  }

  public resume(): Phase {
    return {
      name: 'Resume',
      purpose: 'Puts back what was stopped, as it was. With that the switch is over.',
      role: 'resume',
      forward: this.workloads.length === 0 ? new Pass(this.scope, 'Nothing was stopped') : this.resumeAll('resume'),
      done: `{'workloads': {}}`,
    };
  }

  /** What an earlier execution recorded and did not put back is how it was; what is found now is not. */
  private survey(): IChainable {
    const look = MapState.jsonata(this.scope, 'Save every workload', {
      items: ProvideItems.jsonata(expression('$workloads')),
      outputs: expression(
        jsonata`
          ($seen := $states.result; $found := $map($workloads, function($each, $index) { {$each.id: $seen[$index]} });
          $merge($append($found, $journal.workloads)))
        `,
      ),
    }).itemProcessor(this.byKind('Save', 'survey'));
    const keep = this.journal.recordWorkloads(this.scope, 'Journal: the state of every workload', '$states.input');
    return Chain.start(look).next(keep);
  }

  private stop(): IChainable {
    const ofStage = MapState.jsonata(this.scope, 'Stop the workloads of a stage', {
      items: ProvideItems.jsonata(expression('[$workloads[stage = $states.input]]')),
      outputs: {},
    }).itemProcessor(this.byKind('Stop', 'quiesce'));
    return MapState.jsonata(this.scope, 'Stop every workload', {
      comment: 'Stage after stage: each is quiet before the next is stopped.',
      items: ProvideItems.jsonArray([...this.stages]),
      maxConcurrency: 1,
      outputs: expression(`{'stopped': $count($workloads)}`),
    }).itemProcessor(ofStage);
  }

  /** One that cannot be put back must not keep the others stopped: each is tried to the end, then all failures are named. */
  private resumeAll(word: 'resume' | 'restore'): IChainable {
    const ofStage = MapState.jsonata(this.scope, `${capital(word)} the workloads of a stage`, {
      items: ProvideItems.jsonata(expression('[$workloads[stage = $states.input]]')),
    }).itemProcessor(this.resumeOne(word));
    const all = MapState.jsonata(this.scope, `${capital(word)} every workload`, {
      comment: 'What was stopped last comes first.',
      items: ProvideItems.jsonArray([...this.stages].reverse()),
      maxConcurrency: 1,
      outputs: expression(
        jsonata`
          ($ends := $reduce($append([[]], $states.result), function($all, $end) { $append($all, $end) }); $listed
          := $workloads.id; $forgotten := $keys($journal.workloads)[$not($ in $listed)]; {
        ` +
          jsonata`
            'failed': $append([$ends[$exists(failure)].(workload & ': ' & failure)], [$forgotten.($
            & ': it was stopped and is listed no more. Deploy the migration with it again.')]), 
          ` +
          `'meanwhile': [$ends[$exists(meanwhile)].(workload & ': ' & meanwhile)]})`,
      ),
    }).itemProcessor(ofStage);
    const failed = Fail.jsonata(this.scope, `Some workloads were not ${word}d`, {
      error: 'NotResumed',
      cause: expression(`$join($states.input.failed, '; ')`),
    });
    const forget = this.journal.recordWorkloads(this.scope, `Journal: every workload is ${word}d`, '{}');
    const done = Pass.jsonata(this.scope, `Every workload is ${word}d`, {
      outputs: expression(`{'meanwhile': $changedMeanwhile}`),
    });
    const judge = Choice.jsonata(this.scope, `Is every workload ${word}d?`)
      .when(is('$count($states.input.failed) > 0'), failed)
      .otherwise(forget);
    const keep = Pass.jsonata(this.scope, `Save what changed before they were ${word}d`, {
      assign: { changedMeanwhile: expression('$states.input.meanwhile') },
    });
    all.next(keep).next(judge);
    forget.next(done);
    return Chain.custom(all, [done], done);
  }

  private resumeOne(word: 'resume' | 'restore'): IChainable {
    const attempt = Parallel.jsonata(this.scope, `${capital(word)} one workload`, {
      outputs: expression(`$merge([{'workload': $workload}, $states.result[0]])`),
    }).branch(this.byKind(capital(word), 'resume'));
    attempt.addRetry({ errors: ['States.ALL'], interval: Duration.seconds(5), backoffRate: 2, maxAttempts: 4 });
    attempt.addCatch(
      Pass.jsonata(this.scope, `One workload was not ${word}d`, {
        outputs: {
          workload: expression('$workload'),
          failure: expression(`$states.input.Error & ': ' & $states.input.Cause`),
        },
      }),
      { errors: ['States.ALL'] },
    );
    return Choice.jsonata(this.scope, `Is the workload recorded, to ${word} it?`)
      .when(is('$exists($lookup($journal.workloads, $states.input.id))'), attempt, {
        assign: { workload: expression('$states.input.id') },
      })
      .otherwise(
        Pass.jsonata(this.scope, `Not recorded: nothing to ${word}`, {
          outputs: { workload: expression('$states.input.id') },
        }),
      );
  }

  private named(name: string, next: Parallel): IChainable {
    const take = Pass.jsonata(this.scope, name, { assign: { workload: expression('$states.input.id') } });
    return take.next(next);
  }

  /** The states of every kind, each once, and the way to them. */
  private byKind(prefix: string, step: Step): IChainable {
    const known = { facts: expression('$states.input.facts') };
    const choice = Choice.jsonata(this.scope, `${prefix}: which kind of workload?`);
    for (const kind of new Set(this.workloads.map(({ _kind }) => _kind))) {
      choice.when(
        is(`$states.input.kind = ${literal(kind.name)}`),
        this.statesOf(kind, `${prefix} ${kind.name}`, step),
        {
          assign:
            step === 'survey' || step === 'preflight'
              ? known
              : { ...known, recorded: expression('$lookup($journal.workloads, $states.input.id)') },
        },
      );
    }
    return choice.otherwise(
      Fail.jsonata(this.scope, `${prefix}: unknown kind`, {
        error: 'UnknownKind',
        cause: expression(`'There is no kind ' & $states.input.kind`),
      }),
    );
  }

  private statesOf(kind: WorkloadKind, prefix: string, step: Step): IChainable {
    const all = this.entries.filter((entry) => entry.kind === kind.name).map(({ facts }) => facts);
    const { migrationName } = this.journal;
    const states = { scope: this.scope, prefix, all, migrationName, waiting: this.workloads.length };
    return step === 'preflight' ? (kind.preflight?.(states) ?? kind.survey(states)) : kind[step](states);
  }
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
