import type { RehearsalResult } from './result';

/** Where users are now: the first thing anybody wants to know. */
export function whereUsersAre({ outcome, serving }: RehearsalResult): string {
  switch (outcome) {
    case 'cutover':
      return `Users are on ${serving}.`;
    case 'rolledBack':
      return `Users are back on ${serving}.`;
    case 'failed':
      return `The execution failed. Users are on ${serving}.`;
  }
}

/** Whether that is good news: going back as it should is, so the outcome alone does not tell. */
export function verdict({ ok }: RehearsalResult): string {
  return ok ? 'Everything held.' : 'Not fit for production.';
}
