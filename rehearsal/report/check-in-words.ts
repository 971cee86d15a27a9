import type { CheckRun } from './result';

/** In which phase it was asked, what was seen, and whose it is. */
export function checkInWords({ check, owner, phase, seconds, tries, detail }: CheckRun): string {
  const whose = owner === undefined ? '' : ` (${owner})`;
  return `${phase}: ${check}${whose}: ${detail}; ${tries} ${tries === 1 ? 'try' : 'tries'}, ${seconds} s`;
}
