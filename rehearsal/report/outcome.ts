import type { RehearsalResult } from './result';

/** Where users are now: the first thing anybody wants to know. */
export function whereUsersAre({ outcome, serving }: RehearsalResult): string {
  const failed = outcome === 'failed' ? 'The execution failed. ' : '';
  if (serving === 'both') return `${failed}The record sends users to both sides, or to none.`;
  return `${failed}Users are ${outcome === 'rolledBack' ? 'back on' : 'on'} ${serving}.`;
}

/** Whether that is good news: going back as it should is, so the outcome alone does not tell. */
export function verdict({ ok }: RehearsalResult): string {
  return ok ? 'Everything held.' : 'Not fit for production.';
}
