import { type Duration, Token } from 'aws-cdk-lib';
import { CfnLogGroup, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { everyPage } from '../../cutover/states/every-page';
import { expression } from '../../cutover/states/expression';
import { inOrder } from '../../cutover/states/in-order';
import { jsonata } from '../../cutover/states/jsonata';
import { refuseElsewhere } from '../../cutover/validations/elsewhere';
import { assertStated } from '../../cutover/validations/stated';
import { ValidationError } from '../../validation-error';
import { checkAtLeast } from '../at-least';
import type { CheckKind, CheckProps, CheckStates, ICheck } from '../check-kind';
import { checkOfKind } from '../check-of-kind';
import { eventsOfLooks, looks, looksBack } from '../looks';
import { secondsOf } from '../validation';
import { checkWithin } from '../within';

/** Properties of a check that looks for lines of a log. */
export interface LogLinesCheckProps extends CheckProps {
  /** A log group of the Standard class, in the migration's own account and Region. */
  readonly logGroup: ILogGroup;

  /**
   * A filter pattern of CloudWatch Logs, up to 1,024 characters: `"normal end"` in quotation marks is these words as they
   * stand, `?ERROR ?FATAL` one of two, `{ $.status = "done" }` a field of JSON; `FilterPattern` writes them
   * (`FilterPattern.literal('"normal end"').logPatternString`). No line that matches may have more than 64 KiB: what
   * Step Functions is answered has a limit.
   */
  readonly pattern: string;

  /**
   * How long the lines may take to come, from when the check is asked. Beforehand, on blue, and after a rollback: how far
   * back they are looked for.
   */
  readonly within: Duration;

  /**
   * How many lines must match, 1 to 40.
   *
   * @default 1
   */
  readonly atLeast?: number;
}

interface LogLinesFacts {
  readonly logGroup: string;
  readonly logGroupArn: string;
  readonly pattern: string;
  readonly withinMs: number;
  readonly atLeast: number;
}

const MAX_PATTERN_LENGTH = 1_024;
const MAX_LINES = 40;

/**
 * A line may have 1 MB, and an answer 256 KiB. A page of four leaves 64 KiB to each; the preflight reads lines of the same
 * pattern on blue, before anything is changed.
 *
 * @see docs/aws-facts.md#sfn-answer-limit
 * @see docs/aws-facts.md#logs-filter-pages
 */
const LINES_OF_A_PAGE = 4;

/** A large log has many pages without a line that matches, and an execution has 25,000 events. */
const SECONDS_OF_A_PAGE = 12;

const PAGES_OF_A_LONG_TRY = 80;

/** JSONata: of one look. */
const MAX_PAGES = `$min([${PAGES_OF_A_LONG_TRY}, 5 + $floor($check.timeout / ${SECONDS_OF_A_PAGE})])`;

const EVENTS_OF_A_LOOK = 13;
const EVENTS_OF_A_PAGE = 7;

export function logLines(props: LogLinesCheckProps): ICheck {
  assertStated('LogLinesCheckProps', props, {
    logGroup: 'the log',
    pattern: 'what its lines have, e.g. \'"normal end"\'',
    within: 'how long they may take to be written',
  });
  const { name, logGroup, pattern, within, atLeast = 1 } = props;
  if (!Token.isUnresolved(pattern) && (pattern.trim() === '' || pattern.length > MAX_PATTERN_LENGTH)) {
    throw new ValidationError(
      `pattern of ${name}: got ${pattern.length} characters; accepted are 1 to ${MAX_PATTERN_LENGTH} of a filter pattern, e.g. '"normal end"'.`,
    );
  }
  checkAtLeast(name, atLeast, MAX_LINES, 'Look for a line that is written once all is done.');
  checkWithin(props, within);
  checkClass(name, logGroup);
  return checkOfKind(props, {
    kind: LOG_LINES,
    timeout: within,
    facts: (scope: Construct) => {
      refuseElsewhere(scope, `logGroup of ${name}`, logGroup.env, 'Use Check.stateMachine for it.');
      return {
        logGroup: logGroup.logGroupName,
        logGroupArn: logGroup.logGroupArn,
        pattern,
        withinMs: secondsOf(within) * 1000,
        atLeast,
      };
    },
  });
}

/** @see docs/aws-facts.md#logs-class-without-filter */
function checkClass(name: string, { node }: ILogGroup): void {
  const { defaultChild: group } = node;
  if (!(group instanceof CfnLogGroup)) return;
  const { logGroupClass } = group;
  if (logGroupClass === undefined || Token.isUnresolved(logGroupClass) || logGroupClass === 'STANDARD') return;
  throw new ValidationError(
    `logGroup of ${name}: got one of the class ${logGroupClass}; accepted is STANDARD, the only one that can be filtered. Look at what the application does in another way, e.g. by Check.metric.`,
  );
}

/** Every look reads from the beginning: lines come late, and out of order. */
// @see docs/aws-facts.md#logs-come-late
const LOG_LINES: CheckKind<LogLinesFacts> = {
  id: 'logLines',
  name: 'log lines',

  /** A look of many pages is the last, or the next is as far off. */
  mostEvents(seconds: number): number {
    const pages = Math.min(PAGES_OF_A_LONG_TRY, 5 + Math.floor(seconds / SECONDS_OF_A_PAGE));
    return eventsOfLooks(seconds, EVENTS_OF_A_LOOK) + 2 * pages * EVENTS_OF_A_PAGE;
  },

  ask(states: CheckStates<LogLinesFacts>): IChainable {
    const { scope, prefix, all } = states;
    const from = looksBack(states) ? '$checkBegun - $facts.withinMs' : '$check.since';
    const look = inOrder(
      Pass.jsonata(scope, `${prefix}: from the first page`, {
        assign: { linesFrom: expression(from), searched: { lines: 0, pages: 0 }, searchedPage: expression(`''`) },
        outputs: {},
      }),
      everyPage(scope, `${prefix}: read the log`, {
        call: 'cloudwatchlogs:filterLogEvents',
        parameters: jsonata`
          {'LogGroupName': $facts.logGroup, 'FilterPattern': $facts.pattern, 'StartTime': $linesFrom,
          'Limit': ${LINES_OF_A_PAGE}}
        `,
        into: 'searched',
        after: true,
        kept: `{'lines': $searched.lines + $count($states.result.Events), 'pages': $searched.pages + 1}`,
        enough: `($searched.lines >= $facts.atLeast or $searched.pages >= ${MAX_PAGES})`,
        iamAction: 'logs:FilterLogEvents',
        resources: [...new Set(all.map(({ logGroupArn }) => logGroupArn))],
        wildcard: 'The streams of a log group, whose names are not known before.',
      }),
    );
    const given = `($searchedPage != '' and $searched.pages >= ${MAX_PAGES})`;
    return looks(states, {
      look,
      over: `($searched.lines >= $facts.atLeast or ${given})`,
      answer: `{
          'passed': $searched.lines >= $facts.atLeast,
          'detail': $string($searched.lines) & ($searched.lines = 1 ? ' line of ' : ' lines of ')
          & $facts.logGroup & ' since ' & $fromMillis($linesFrom)
          & ($searched.lines = 1 ? ' matches ' : ' match ') & $facts.pattern
          & ($searched.lines < $facts.atLeast ? ', expected at least ' & $string($facts.atLeast)
          & (${given} ? '; the log is too large to be searched to its end in ' & $string($searched.pages)
          & ' pages: look at a smaller one' : '') : '')
        }`,
      waits: !looksBack(states),
      pauseAtLeast: `${SECONDS_OF_A_PAGE} * $searched.pages - ${SECONDS_OF_A_PAGE}`,
    });
  },
};
