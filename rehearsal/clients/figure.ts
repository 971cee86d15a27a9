/** Something that was counted or measured, with all that is needed to show it: no report knows it by name. */
export interface Figure<Id extends string = string> {
  /** As `--json` calls it. */
  readonly id: Id;
  readonly label: string;
  readonly unit: Unit;
  /** `Infinity`: it does not end. Undefined: there is none, which is not the same as 0. */
  readonly value: number | undefined;
  /** Whether anything but 0 is damage. */
  readonly damage: boolean;
  readonly shown: Shown;
}

/**
 * `ms` and `outage` are milliseconds; an outage of 0 says that no client's write was refused.
 * `difference`: how far something is off, whichever way.
 */
export type Unit = 'count' | 'difference' | 'ms' | 'outage';

/**
 * From what is seen first to what helps to look closer: `headline` and `summary` wherever a result is told, `details` on the
 * page alone, `ifAny` there where it is not 0.
 */
export type Shown = 'headline' | 'summary' | 'details' | 'ifAny';

export function figure<const Id extends string>(
  id: Id,
  label: string,
  value: number | undefined,
  { unit = 'count', damage = false, shown = 'details' }: Partial<Pick<Figure, 'unit' | 'damage' | 'shown'>> = {},
): Figure<Id> {
  return { id, label, unit, value, damage, shown };
}

/** For verdicts. Undefined where there is no such figure. */
export function valueIn<Id extends string>(figures: readonly Figure<Id>[], id: NoInfer<Id>): number | undefined {
  return figures.find((each) => each.id === id)?.value;
}

/** Those that decide, as opposed to those that help to look closer. */
export function isDecisive({ shown }: Figure): boolean {
  return shown === 'headline' || shown === 'summary';
}
