import type {
  CacheClientFigures,
  CheckRun,
  ClientFigures,
  ComparedData,
  DatabaseClientFigures,
  ExecutionEnd,
  FaultRun,
  GroupStanding,
  InvariantViolation,
  PhaseRun,
  RehearsalResult,
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
    clients: clientsInOrder(clients),
    data: data && dataInOrder(data),
    cutover: {
      freezeMs: finite(cutover.freezeMs),
      freezeWorkMs: cutover.freezeWorkMs,
      freezeDnsMs: cutover.freezeDnsMs,
      transitions: cutover.transitions,
      phases: cutover.phases.map(phaseInOrder),
    } satisfies Record<keyof RehearsalResult['cutover'], unknown>,
    assumed,
    groups: groups.map(groupInOrder),
    executions: executions.map(executionInOrder),
    faults: faults.map(faultInOrder),
    checks: checks.map(checkInOrder),
    invariants: { checked: invariants.checked, violations: invariants.violations.map(violationInOrder) },
    byHand: byHand && { clients: clientsInOrder(byHand.clients) },
  } satisfies Record<keyof RehearsalResult, unknown>;
}

function dataInOrder(data: ComparedData): ComparedData {
  const { mismatches } = data;
  return 'keys' in data ? { keys: data.keys, mismatches } : { rows: data.rows, mismatches };
}

function clientsInOrder(clients: ClientFigures) {
  const { operations, failed, longestWriteGapMs, lostWrites } = clients;
  const all = { operations, failed, longestWriteGapMs: finite(longestWriteGapMs), lostWrites };
  if ('balanceDrift' in clients) {
    return {
      ...all,
      balanceDrift: clients.balanceDrift,
      wrongBalances: clients.wrongBalances,
      unansweredCommits: clients.unansweredCommits,
      failedReads: clients.failedReads,
    } satisfies Record<keyof DatabaseClientFigures, number | string>;
  }
  return {
    ...all,
    conflicts: clients.conflicts,
    lockViolations: clients.lockViolations,
    sessionsLost: clients.sessionsLost,
  } satisfies Record<keyof CacheClientFigures, number | string>;
}

/** JSON has no infinite number, and turns one into null, which a comparison takes for 0. */
function finite(ms: number): number | 'without end' {
  return Number.isFinite(ms) ? ms : 'without end';
}

function groupInOrder({ name, answered, shutOut }: GroupStanding) {
  return {
    name,
    answered: answered.map(({ access, side, sinceMs }) => ({ access, side, sinceMs })),
    shutOut: shutOut.map(({ access, lastSide, lastMs }) => ({ access, lastSide, lastMs })),
  } satisfies Record<keyof GroupStanding, unknown>;
}

function phaseInOrder({ name, startedMs, durationMs, outcome, error }: PhaseRun) {
  return { name, startedMs, durationMs, outcome, error } satisfies Record<Exclude<keyof PhaseRun, 'of'>, unknown>;
}

function executionInOrder({ action, status, error, afterMending }: ExecutionEnd) {
  return { action, status, error, afterMending } satisfies Record<keyof ExecutionEnd, unknown>;
}

function faultInOrder({ fault, struckMs }: FaultRun) {
  return { fault, struckMs } satisfies Record<keyof FaultRun, unknown>;
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
