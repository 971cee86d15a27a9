import type { ExecutionEnd } from './execution-progress';

export interface Ended {
  readonly migration: string;
  readonly end: ExecutionEnd;
  /** What the execution was asked for. */
  readonly action?: string;
  /** By the journal. Absent: nothing was ever moved. */
  readonly activeSide?: string;
}

/** Who serves, and what to do next: the last lines. */
export function ending({ migration, end, action, activeSide = 'blue' }: Ended): readonly string[] {
  const { status, error, cause } = end;
  const start = (what: string) => `cutover start ${migration} ${what}`;
  const where = `Clients are on ${activeSide}.`;
  if (status === 'ABORTED' || status === 'TIMED_OUT') {
    const how = status === 'ABORTED' ? 'was stopped' : 'timed out';
    return [
      `The execution ${how}${because(cause)}.`,
      `A recovery starts by itself within five minutes and says where clients are. Follow it: cutover watch ${migration}`,
    ];
  }
  if (status === 'FAILED') return [`${error ?? 'Failed'}: ${cause ?? 'no cause is given'}`, where, afterFailure(error)];
  return [where, afterSuccess()];

  function afterSuccess(): string {
    switch (action) {
      case 'preflight':
        return `Nothing was changed. Next: ${start('cutover')}`;
      case 'prepare':
        return `The converting replica is converted. Next: ${start('preflight')}`;
      case 'cutover':
        return `Keep blue up. To return: ${start('rollback')}. When nobody wants to return: ${start('retire')}`;
      case 'rollback':
        return `Find out why it had to be, then: ${start('preflight')}`;
      case 'retire':
        return 'Blue is deleted. Take the migration out of the app with the next deploy.';
      default:
        return `Look: cutover status ${migration}`;
    }
  }

  function afterFailure(name: string | undefined): string {
    if (name === 'RecoveryNeeded') return `Correct the cause, then: ${start('recover')}`;
    if (name === 'MonitoringIncomplete') return `Look at the application. Leave it so, or return: ${start('rollback')}`;
    if (name === 'Busy') return `Follow the other one: cutover watch ${migration}`;
    return `Correct the cause, then: ${start(action ?? 'preflight')}`;
  }
}

const because = (cause: string | undefined) => (cause === undefined || cause === '' ? '' : ` (${cause})`);
