import { type Figure, isDecisive } from '../clients/figure';
import type {
  CheckRun,
  ClientAccess,
  ExecutionEnd,
  FaultRun,
  InvariantViolation,
  PhaseRun,
  RehearsalResult,
  ToldOutcome,
} from './result';

/**
 * The result as `--json` writes it. Fields are picked by hand, so that their order is the same in every run (two runs
 * can be compared with `diff`) and nothing that only the page needs gets in.
 */
export function renderJson(result: RehearsalResult): string {
  return `${JSON.stringify(inOrder(result), undefined, 2)}\n`;
}

function inOrder({
  ok,
  outcome,
  serving,
  reason,
  clients,
  data,
  cutover,
  assumed,
  groups,
  executions,
  outcomes,
  faults,
  checks,
  invariants,
  byHand,
}: RehearsalResult) {
  return {
    ok,
    outcome,
    serving,
    reason,
    clients: valuesOf(clients.filter(isDecisive)),
    data: valuesOf(data),
    cutover: {
      ...valuesOf(cutover.writeOutage),
      transitions: cutover.transitions,
      phases: cutover.phases.map(phaseInOrder),
    },
    assumed,
    groups: groups.map(groupInOrder),
    executions: executions.map(executionInOrder),
    outcomes: outcomes.map(outcomeInOrder),
    faults: faults.map(faultInOrder),
    checks: checks.map(checkInOrder),
    invariants: { checked: invariants.checked, violations: invariants.violations.map(violationInOrder) },
    byHand: byHand && { clients: valuesOf(byHand.clients.filter(isDecisive)) },
  } satisfies Record<keyof RehearsalResult, unknown>;
}

/** By the figures' ids; nothing where none of them has a value. */
function valuesOf(figures: readonly Figure[]): Record<string, number | 'without end'> | undefined {
  const values = figures.flatMap(({ id, value }) => (value === undefined ? [] : [[id, finite(value)] as const]));
  return values.length === 0 ? undefined : Object.fromEntries(values);
}

/** JSON has no infinite number, and turns one into null, which a comparison takes for 0. */
function finite(ms: number): number | 'without end' {
  return Number.isFinite(ms) ? ms : 'without end';
}

function groupInOrder({ name, answered, shutOut }: ClientAccess) {
  return {
    name,
    answered: answered.map(({ access, side, sinceMs }) => ({ access, side, sinceMs })),
    shutOut: shutOut.map(({ access, lastSide, lastMs }) => ({ access, lastSide, lastMs })),
  } satisfies Record<keyof ClientAccess, unknown>;
}

function phaseInOrder({ name, startedMs, durationMs, outcome, error }: PhaseRun) {
  return { name, startedMs, durationMs, outcome, error } satisfies Record<Exclude<keyof PhaseRun, 'of'>, unknown>;
}

function executionInOrder({ action, status, error, afterFix }: ExecutionEnd) {
  return { action, status, error, afterFix } satisfies Record<keyof ExecutionEnd, unknown>;
}

function outcomeInOrder({ outcome, activeSide, deliveries }: ToldOutcome) {
  return {
    outcome,
    activeSide,
    deliveries: deliveries.map(({ rule, target, error }) => ({ rule, target, error })),
  } satisfies Record<keyof ToldOutcome, unknown>;
}

function faultInOrder({ fault, injectedMs }: FaultRun) {
  return { fault, injectedMs } satisfies Record<keyof FaultRun, unknown>;
}

function checkInOrder({ check, kind, owner, phase, asked, seconds, tries, passed, detail, by }: CheckRun) {
  return { check, kind, owner, phase, asked, seconds, tries, passed, detail, by } satisfies Record<
    keyof CheckRun,
    unknown
  >;
}

function violationInOrder({ invariant, what }: InvariantViolation) {
  return { invariant, what } satisfies Record<keyof InvariantViolation, unknown>;
}
