import type { RehearsalResult } from './result';

/** Where clients are now: the first thing anybody wants to know. */
export function whereClientsAre({ outcome, serving, groups }: RehearsalResult): string {
  const failed = outcome === 'failed' ? 'The execution failed. ' : '';
  if (serving === 'both') return `${failed}The record sends clients to both sides, or to none.`;
  const shutOut = groups.filter((group) => group.shutOut.length > 0).map(({ name }) => name);
  if (shutOut.length > 0) return `${failed}The record points to ${serving}. Shut out: ${shutOut.join(', ')}.`;
  return `${failed}Clients are ${outcome === 'rolledBack' ? 'back on' : 'on'} ${serving}.`;
}

/** Whether that is good news: going back as it should is, so the outcome alone does not tell. */
export function verdict({ ok }: RehearsalResult): string {
  return ok ? 'All invariants hold.' : 'Not fit for production.';
}
