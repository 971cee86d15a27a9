import { Duration, Token } from 'aws-cdk-lib';
import type { IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import { expression } from '../cutover/states/expression';
import { assertStated } from '../cutover/validations/stated';
import { ValidationError } from '../validation-error';
import { checkAtLeast } from './at-least';
import type { CheckKind, CheckProps, CheckStates, ICheck } from './check-kind';
import { checkOfKind } from './check-of-kind';
import { sideThatServes } from './side-that-serves';
import { secondsOf } from './validation';
import { checkWithin } from './within';

/** Properties of a check that waits for keys. */
export interface KeysAppearCheckProps extends CheckProps {
  /**
   * What the keys are called, as SCAN's MATCH takes it: `*` any characters, `?` one, `[ab]` one of these. Up to 512
   * characters. Nobody sees names or values of keys: they are counted.
   */
  readonly pattern: string;

  /**
   * The logical database that they are in, from 0.
   *
   * @default 0
   */
  readonly database?: number;

  /**
   * How many keys, 1 to 10,000.
   *
   * @default 1
   */
  readonly atLeast?: number;

  /** How long they may be waited for, from when the check is asked. */
  readonly within: Duration;

  /**
   * Whether keys count that are there at the first look. Otherwise a key must appear: applications write it under a name that
   * was not there. After a copy all of blue's keys are on green, so that they say nothing of who writes there.
   *
   * @default false
   */
  readonly existing?: boolean;
}

interface KeysFacts {
  readonly pattern: string;
  readonly database: number;
  readonly atLeast: number;
  readonly existing: boolean;
  readonly withinSeconds: number;
}

const MAX_PATTERN_LENGTH = 512;
const MAX_KEYS = 10_000;

/** Parameter groups allow as many. */
const MAX_DATABASES = 10_000;

/** The agent answers when a look is over that it has begun. */
const TO_ANSWER = Duration.seconds(30);

export function keysAppear(props: KeysAppearCheckProps): ICheck {
  assertStated('KeysAppearCheckProps', props, {
    pattern: "what the keys are called, e.g. 'session:*'",
    within: 'how long they may take to appear',
  });
  const { name, pattern, database = 0, atLeast = 1, within, existing = false } = props;
  if (!Token.isUnresolved(pattern) && (pattern === '' || pattern.length > MAX_PATTERN_LENGTH)) {
    throw new ValidationError(
      `pattern of ${name}: got ${pattern.length} characters; accepted are 1 to ${MAX_PATTERN_LENGTH}, e.g. 'session:*'. Use '*' for any key.`,
    );
  }
  if (!Token.isUnresolved(database) && (!Number.isInteger(database) || database < 0 || database >= MAX_DATABASES)) {
    throw new ValidationError(
      `database of ${name}: got ${database}; accepted are whole numbers from 0 to ${MAX_DATABASES - 1}, as SELECT takes them.`,
    );
  }
  checkAtLeast(name, atLeast, MAX_KEYS, 'Fewer show as well that they are written.');
  checkWithin(props, within);
  return checkOfKind(props, {
    kind: KEYS_APPEAR,
    of: 'cache',
    timeout: within,
    facts: { pattern, database, atLeast, existing, withinSeconds: secondsOf(within) },
  });
}

const KEYS_APPEAR: CheckKind<KeysFacts> = {
  id: 'keysAppear',
  name: 'keys',

  ask(states: CheckStates<KeysFacts>): IChainable {
    const { scope, prefix, agent, longest } = states;
    return agent.task(scope, `${prefix}: wait for them`, {
      verb: 'check.keys',
      args: {
        side: sideThatServes(states),
        pattern: expression('$facts.pattern'),
        database: expression('$facts.database'),
        atLeast: expression('$facts.atLeast'),
        existing: expression('$facts.existing'),
        withinSeconds: expression('$facts.withinSeconds'),
      },
      timeout: longest.plus(TO_ANSWER),
    });
  },
};
