import type { Side } from '../../report/result';
import type { ListedCheck } from './listed-checks';

/** How what a check asks behaves in a rehearsal. */
export const CHECK_BEHAVIOURS = ['works', 'red', 'red-on-green', 'hangs', 'hangs-on-green'] as const;
export type CheckBehaviour = (typeof CHECK_BEHAVIOURS)[number];

/** By the names of checks; what is not named works. */
export type CheckBehaviours = ReadonlyMap<string, CheckBehaviour>;

/**
 * @param texts each `NAME:BEHAVIOUR`
 * @throws Error for a check that the migration does not list, or an unknown behaviour
 */
export function parseBehaviours(texts: readonly string[], checks: readonly ListedCheck[]): CheckBehaviours {
  return new Map(texts.map((text) => parse(text, checks)));
}

function parse(text: string, checks: readonly ListedCheck[]): [string, CheckBehaviour] {
  const at = text.lastIndexOf(':');
  const [name, word] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)];
  const behaviour = CHECK_BEHAVIOURS.find((each) => each === word);
  if (behaviour === undefined) {
    throw new Error(`--check: got '${text}'; accepted is NAME:BEHAVIOUR with one of ${CHECK_BEHAVIOURS.join(', ')}.`);
  }
  if (!checks.some(({ id }) => id === name)) {
    const names = checks.map(({ id }) => id).join(', ');
    throw new Error(
      `--check: got the check '${name}'; ${names === '' ? 'the migration has none. List some in its checks.' : `the migration has: ${names}.`}`,
    );
  }
  return [name, behaviour];
}

/** What one behaves like on a side. */
export function behavesOn(behaviour: CheckBehaviour | undefined, side: Side): 'works' | 'red' | 'hangs' {
  switch (behaviour) {
    case 'red-on-green':
      return side === 'green' ? 'red' : 'works';
    case 'hangs-on-green':
      return side === 'green' ? 'hangs' : 'works';
    default:
      return behaviour ?? 'works';
  }
}
