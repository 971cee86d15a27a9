import { Duration, Token } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import {
  Chain,
  Choice,
  Fail,
  type IChainable,
  Map as MapState,
  Parallel,
  Pass,
  ProvideItems,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { AgentWorker } from '../cutover/host/agent-worker';
import type { Phase } from '../cutover/machine/phase';
import { expression, literal } from '../cutover/states/expression';
import { is } from '../cutover/states/is';
import { jsonata } from '../cutover/states/jsonata';
import { onceOnly } from '../cutover/states/once';
import { checkNoExpressions } from '../workloads/validation';
import { AFTER_RETURN } from './after-return';
import { type CheckKind, type CheckPoint, CheckTime, type ICheck } from './check-kind';
import { checkChecks, MAX_TRY, secondsOf } from './validation';

export interface ChecksProps {
  readonly migrationName: string;
  readonly agent: AgentWorker;
  /** Where the migration announces what it waits for. */
  readonly topic: ITopic | undefined;
}

/** One entry of `$checks`. Times are in seconds. */
export interface CheckEntry {
  readonly id: string;
  readonly kind: string;
  readonly when: string;
  readonly owner?: string;
  readonly note?: string;
  readonly timeout: number;
  readonly retries: number;
  readonly interval: number;
  readonly facts: object;
}

/** What is asked at a point of the migration. */
interface Round {
  readonly at: CheckPoint;
  /** Put first in the names of its states. */
  readonly prefix: string;
  readonly checks: readonly ICheck[];
  /** A check that fails ends it; otherwise all are asked, and the results tell. */
  readonly decides: boolean;
  /** As people say when it was. */
  readonly said: string;
}

/** What of an answer is kept: results go into the execution's output, which holds 256 KiB. */
const MAX_DETAIL_LENGTH = 500;

/**
 * The phases that ask whether clients are well. Empty where there are no checks.
 *
 * They are asked one after the other, in the order listed: the agent works on one task at a time, and a person answers one
 * question. Every kind has its states once for each point of the migration.
 */
export class Checks {
  private readonly entries: readonly CheckEntry[];

  constructor(
    private readonly scope: Construct,
    private readonly checks: readonly ICheck[],
    private readonly props: ChecksProps,
  ) {
    checkChecks(checks, props.topic !== undefined);
    this.entries = checks.map((check) => ({
      id: check.checkId,
      kind: check._kind.name,
      when: check.when,
      ...(check.owner !== undefined && { owner: check.owner }),
      ...(check.note !== undefined && { note: check.note }),
      timeout: secondsOf(check.timeout),
      retries: check.retries,
      interval: secondsOf(check.interval),
      facts: check._bind(scope),
    }));
    for (const entry of this.entries) checkNoExpressions(entry, `check ${entry.id}`);
  }

  /** Variables that the states read. */
  public get knows(): Record<string, unknown> {
    return this.checks.length === 0 ? {} : { checks: this.entries };
  }

  /**
   * Asks of blue what will be asked of green; a check that fails ends the preflight. The preflight of a rollback asks
   * nothing: clients leave green because it is not well.
   *
   * @param ready makes what comes after it; `results` is JSONata
   */
  public preflight(ready: (results: string) => Pass): IChainable {
    const checks = this.checks.filter(({ _kind }) => _kind.asksPeople !== true);
    if (checks.length === 0) return ready('[]');
    const prefix = 'Check blue';
    const round = this.ask({ at: 'preflight', prefix, checks, decides: false, said: 'on blue already' });
    const failed = Fail.jsonata(this.scope, 'Checks already fail on blue', {
      error: 'ChecksFailed',
      cause: expression(
        jsonata`
          $join($states.input.checks[$not(passed)].(${sentence('$')}), ' | ')
          & ' -- Asked of blue, before the switch: mend what fails, or the check. Nothing was changed.'
        `,
      ),
    });
    const passed = ready('$states.input.checks');
    const judge = Choice.jsonata(this.scope, 'Do all checks pass on blue?')
      .when(is('$count($states.input.checks[$not(passed)]) > 0'), failed)
      .otherwise(passed);
    for (const end of round.endStates) end.next(judge);
    const green = Pass.jsonata(this.scope, 'Skip the checks of blue: clients are on green', {
      outputs: { checks: [] },
    });
    green.next(judge);
    const first = Choice.jsonata(this.scope, 'Are clients on blue?')
      .when(is(`$from.side = 'blue'`), round.startState)
      .otherwise(green);
    return { id: first.id, startState: first, endStates: passed.endStates };
  }

  /** Behind closed ingress: a check that fails undoes the switch. */
  public beforeResume(): Phase[] {
    const checks = this.checks.filter(({ when }) => when === CheckTime.BEFORE_RESUME);
    if (checks.length === 0) return [];
    return [
      {
        name: 'Check',
        role: 'check',
        purpose:
          'Asks whether all is well on the new side, before clients are let in. A check that fails sends them back.',
        withoutRollback:
          'Asks whether all is well on the new side, before clients are let in. A check that fails is reported: there is no way back.',
        knows: this.knows,
        forward: this.ask({
          at: 'beforeResume',
          prefix: 'Check',
          checks,
          decides: true,
          said: 'before clients were let in',
        }),
        direction: 'cutover',
      },
    ];
  }

  /** With clients: a check that fails returns them, as an alarm does. */
  public afterResume(): Phase[] {
    const checks = this.checks.filter(({ when }) => when === CheckTime.AFTER_RESUME);
    if (checks.length === 0) return [];
    return [
      {
        name: 'Check with clients',
        purpose:
          'Asks whether all is well now that clients are in. A check that fails sends them back, as an alarm does.',
        withoutRollback:
          'Asks whether all is well now that clients are in. A check that fails is reported: there is no way back.',
        role: 'proof',
        knows: this.knows,
        forward: this.ask({
          at: 'afterResume',
          prefix: 'Check with clients',
          checks,
          decides: true,
          said: 'with clients on the new side',
        }),
        direction: 'cutover',
      },
    ];
  }

  /**
   * After a rollback, all that needs no person: it reports, and decides nothing. There is no side to go to from there that
   * would be better, and clients must not wait for an answer.
   */
  public afterReturn(): Phase[] {
    const checks = this.checks.filter(({ _kind }) => _kind.asksPeople !== true);
    if (checks.length === 0) return [];
    return [
      {
        name: AFTER_RETURN,
        purpose: 'Asks whether all is well on blue, now that clients are back on it. Reports, and changes nothing.',
        role: 'report',
        knows: this.knows,
        forward: this.ask({ at: 'return', prefix: AFTER_RETURN, checks, decides: false, said: 'after the rollback' }),
        direction: 'rollback',
      },
    ];
  }

  private ask({ at, prefix, checks, decides, said }: Round): IChainable {
    const ids = checks.map(({ checkId }) => literal(checkId)).join(', ');
    const take = Pass.jsonata(this.scope, `${prefix}: take the next check`, {
      assign: {
        check: expression('$states.input'),
        facts: expression('$states.input.facts'),
        checkBegun: expression('$millis()'),
        checkAsked: expression('$now()'),
        checkTries: 1,
      },
      outputs: {},
    });
    const attempt = Parallel.jsonata(this.scope, `${prefix}: one attempt`, {
      outputs: expression('$states.result[0]'),
    }).branch(this.byKind(at, prefix, checks));
    const cannot = Pass.jsonata(this.scope, `${prefix}: save the failure`, {
      outputs: {
        passed: false,
        detail: expression(
          `$states.input.Cause ? $states.input.Error & ': ' & $states.input.Cause : $states.input.Error`,
        ),
      },
    });
    attempt.addCatch(cannot, { errors: ['States.ALL'] });
    const wait = Wait.jsonata(this.scope, `${prefix}: wait before the next attempt`, {
      time: WaitTime.seconds(onceOnly('$check.interval')),
      assign: { checkTries: expression('$checkTries + 1') },
    });
    wait.next(attempt);
    const result = jsonata`
      $merge([{'check': $check.id, 'kind': $check.kind, 'asked': $checkAsked,
      'seconds': $round(($millis() - $checkBegun) / 1000, 1), 'tries': $checkTries,
      'passed': $states.input.passed = true, 'detail': $replace($substring($states.input.detail, 0,
      ${MAX_DETAIL_LENGTH}), /\\.$/, '')}, $exists($check.owner) ? {'owner': $check.owner} : {},
      $exists($states.input.by) ? {'by': $states.input.by} : {}])
    `;
    const noted = Pass.jsonata(this.scope, `${prefix}: save the result`, { outputs: expression(result) });
    const ends: IChainable = decides ? this.decide(prefix, said, noted) : noted;
    const judge = Choice.jsonata(this.scope, `${prefix}: did it pass?`)
      .when(is('$not($states.input.passed = true) and $checkTries <= $check.retries'), wait)
      .otherwise(ends);
    take.next(attempt);
    attempt.next(judge);
    cannot.next(judge);
    return MapState.jsonata(this.scope, `${prefix}: run each check`, {
      comment: `One after the other, ${said}.`,
      // Each is told when the round began: what an application has written since, it has written on this side.
      items: ProvideItems.jsonata(
        expression(`($since := $millis(); [$checks[id in [${ids}]].$merge([$, {'since': $since}])])`),
      ),
      maxConcurrency: 1,
      outputs: { checks: expression('$states.result') },
    }).itemProcessor(take);
  }

  private decide(prefix: string, said: string, noted: Pass): IChainable {
    const failed = Fail.jsonata(this.scope, `${prefix}: it failed`, {
      error: 'CheckFailed',
      cause: expression(`${sentence('$states.input')} & ${literal(` Asked ${said}.`)}`),
    });
    const judge = Choice.jsonata(this.scope, `${prefix}: is it well?`)
      .when(is('$not($states.input.passed)'), failed)
      .otherwise(Pass.jsonata(this.scope, `${prefix}: it is well`));
    noted.next(judge);
    return Chain.start(noted);
  }

  /** The states of every kind, each once, and the way to them. */
  private byKind(at: CheckPoint, prefix: string, checks: readonly ICheck[]): IChainable {
    const choice = Choice.jsonata(this.scope, `${prefix}: which kind of check?`);
    for (const kind of new Set(checks.map(({ _kind }) => _kind))) {
      choice.when(is(`$check.kind = ${literal(kind.name)}`), this.statesOf(kind, at, `${prefix}: ${kind.name}`));
    }
    return choice.otherwise(
      Fail.jsonata(this.scope, `${prefix}: unknown kind`, {
        error: 'UnknownKind',
        cause: expression(`'There is no kind ' & $check.kind`),
      }),
    );
  }

  private statesOf(kind: CheckKind, at: CheckPoint, prefix: string): IChainable {
    const { migrationName, agent, topic } = this.props;
    const ofKind = this.entries.filter((entry) => entry.kind === kind.name);
    const longest = Duration.seconds(
      Math.max(...ofKind.map(({ timeout }) => (Token.isUnresolved(timeout) ? MAX_TRY.toSeconds() : timeout))),
    );
    const all = ofKind.map(({ facts }) => facts);
    return kind.ask({ scope: this.scope, prefix, all, longest, migrationName, agent, topic, at, waiting: 1 });
  }
}

/** JSONata text: which check failed, whose it is, and what was seen. */
function sentence(result: string): string {
  const of = (member: string) => (result === '$' ? member : `${result}.${member}`);
  return jsonata`
    ${of('check')} & ($exists(${of('owner')}) ? ' (' & ${of('owner')} & ')' : '') & ' failed after ' & ${of('tries')}
    & (${of('tries')} = 1 ? ' try' : ' tries') & ' in ' & ${of('seconds')} & ' s: ' & ${of('detail')} & '.'
  `;
}
