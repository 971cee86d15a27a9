import { ListExecutionsCommand, type SFNClient } from '@aws-sdk/client-sfn';
import type { LastExecution, RunPhase } from '../../../rehearsal/runbook/night';
import type { PartsOfPhases } from '../../../rehearsal/testbed/parts-of-phases';
import { ExecutionProgress } from '../watch/execution-progress';
import { historyOf } from './past-executions';

/** How many of the newest executions are looked at for one that moved clients. */
const MAX_READ = 10;

/** The last cutover, whether it goes on or has ended; undefined where none is among the newest executions. */
export async function lastNight(
  sfn: SFNClient,
  stateMachineArn: string,
  parts: PartsOfPhases,
  approval = '{}',
): Promise<LastExecution | undefined> {
  const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn, maxResults: MAX_READ }));
  for (const { executionArn: execution = '', status, startDate, stopDate } of executions) {
    const progress = new ExecutionProgress(parts);
    for await (const event of historyOf(sfn, execution)) progress.see(event);
    if (progress.action !== 'cutover') continue;
    const { end } = progress;
    const approvedBy = approverOf(approval, execution);
    return {
      action: progress.action,
      execution,
      status: String(status),
      startedAt: startDate ?? new Date(0),
      phases: phasesIn(progress),
      ...(stopDate !== undefined && { endedAt: stopDate }),
      ...(end?.cause !== undefined && { cause: `${end.error ?? ''}: ${end.cause}` }),
      ...(approvedBy !== undefined && { approvedBy }),
    };
  }
  return undefined;
}

function phasesIn({ steps }: ExecutionProgress): Map<string, RunPhase> {
  const undone = new Set(steps.filter(({ of }) => of.part === 'undo').map(({ of }) => of.phase));
  const phases = new Map<string, RunPhase>();
  for (const { of, startedAt, endedAt, failed } of steps) {
    // Of a rollback within it, the way there counts: the way back has the same phases.
    if (of.part !== 'own' || phases.has(of.phase)) continue;
    phases.set(of.phase, {
      startedAt,
      failed,
      undone: undone.has(of.phase),
      ...(endedAt !== undefined && { endedAt }),
    });
  }
  return phases;
}

/** Who said yes to that execution, by their own word. */
function approverOf(approval: string, execution: string): string | undefined {
  const said = JSON.parse(approval) as {
    readonly execution?: string;
    readonly by?: string;
    readonly approved?: string;
  };
  return said.execution === execution && said.by !== undefined
    ? `${said.by} at ${said.approved ?? 'an unknown time'}`
    : undefined;
}
