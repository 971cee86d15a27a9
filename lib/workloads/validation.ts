import { Token } from 'aws-cdk-lib';
import { ValidationError } from '../validation-error';
import type { IWorkload } from './workload-kind';

const MAX_ID_LENGTH = 40;

/**
 * One that is looked at, stopped and put back, there and back again, makes some 250 of the 25,000 events that an
 * execution may have.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const MAX_WORKLOADS = 85;

/** @throws Error where the list cannot be stopped in any order, or not be told apart */
export function checkWorkloads(workloads: readonly IWorkload[]): void {
  if (workloads.length > MAX_WORKLOADS) {
    throw new ValidationError(
      `workloads: got ${workloads.length}; accepted are up to ${MAX_WORKLOADS}, because an execution may have 25,000 events. Put several into one, e.g. the alarms of one rule or the paths of one page.`,
    );
  }
  const seen = new Map<string, IWorkload>();
  for (const workload of workloads) {
    const { workloadId } = workload;
    if (!Token.isUnresolved(workloadId) && (workloadId.length === 0 || workloadId.length > MAX_ID_LENGTH)) {
      throw new ValidationError(
        `workloads: got '${workloadId}' (${workloadId.length} characters); accepted are 1 to ${MAX_ID_LENGTH}, because it is the journal's key. Give the workload a shorter name.`,
      );
    }
    if (seen.has(workloadId)) {
      throw new ValidationError(
        `workloads: got '${workloadId}' twice; each may be listed once. Remove one of the two, or give it another name.`,
      );
    }
    seen.set(workloadId, workload);
  }
  for (const workload of workloads) checkAfter(workload, seen);
}

/** @throws Error where two names stand for one thing */
export function checkDistinct(workloads: readonly { id: string; kind: string; facts: object }[]): void {
  const seen = new Map<string, string>();
  for (const { id, kind, facts } of workloads) {
    const thing = JSON.stringify([kind, facts]);
    const other = seen.get(thing);
    if (other !== undefined) {
      throw new ValidationError(
        `workloads: '${other}' and '${id}' are the same ${kind}; each may be listed once. Remove one of the two.`,
      );
    }
    seen.set(thing, id);
  }
}

/** When each is stopped: 0 at once, 1 when those of 0 are quiet, and so on. */
export function stagesOf(workloads: readonly IWorkload[]): Map<IWorkload, number> {
  const byId = new Map(workloads.map((workload) => [workload.workloadId, workload]));
  const stages = new Map<IWorkload, number>();
  const stageOf = (workload: IWorkload): number => {
    const known = stages.get(workload);
    if (known !== undefined) return known;
    const before = (workload.after ?? []).flatMap((id) => byId.get(id) ?? []);
    const stage = Math.max(-1, ...before.map(stageOf)) + 1;
    stages.set(workload, stage);
    return stage;
  };
  workloads.forEach(stageOf);
  return stages;
}

function checkAfter(workload: IWorkload, all: ReadonlyMap<string, IWorkload>): void {
  for (const id of workload.after ?? []) {
    if (!all.has(id)) {
      throw new ValidationError(
        `after of ${workload.workloadId}: got '${id}'; accepted are the names of workloads of this migration: ${[...all.keys()].join(', ')}.`,
      );
    }
  }
  const circle = pathTo(workload, workload, all, []);
  if (circle !== undefined) {
    throw new ValidationError(
      `after of ${workload.workloadId}: ${circle.join(' after ')} is a circle; none of them could be stopped first. Remove one of these.`,
    );
  }
}

function pathTo(
  goal: IWorkload,
  from: IWorkload,
  all: ReadonlyMap<string, IWorkload>,
  walked: readonly string[],
): string[] | undefined {
  if (walked.includes(from.workloadId)) return undefined;
  const path = [...walked, from.workloadId];
  for (const id of from.after ?? []) {
    const next = all.get(id);
    if (next === undefined) continue;
    if (next === goal) return [...path, goal.workloadId];
    const found = pathTo(goal, next, all, path);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * @throws Error where a text of the app's would be evaluated: Step Functions takes what stands between `{%` and `%}` for an
 * expression, wherever it finds it
 */
export function checkNoExpressions(value: unknown, where: string): void {
  if (typeof value === 'string' && value.trimStart().startsWith('{%')) {
    throw new ValidationError(
      `${where}: got '${value}'; accepted is text that does not begin with '{%', which Step Functions would evaluate. Put a word before it.`,
    );
  }
  if (typeof value !== 'object' || value === null || Token.isUnresolved(value)) return;
  for (const [key, member] of Object.entries(value)) checkNoExpressions(member, `${where}.${key}`);
}
