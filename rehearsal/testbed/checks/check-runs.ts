import type { CheckRun } from '../../report/result';
import type { ExecutionListener, Json } from '../../states-language';

/** Follows executions: what each check was answered, as their states note it. */
export class CheckRuns {
  readonly runs: CheckRun[] = [];

  /** @param phase - the phase that runs */
  constructor(private readonly phase: () => string) {}

  readonly listener: ExecutionListener = {
    stateExited: ({ type }, outcome) => {
      if (type !== 'Pass' || outcome.kind !== 'succeeded' || !isResult(outcome.output)) return;
      const { check, kind, owner, asked, seconds, tries, passed, detail, by } = outcome.output;
      const last = this.runs.at(-1);
      // What a later state hands on is the same result.
      if (last?.check === check && last.asked === asked) return;
      this.runs.push({
        check,
        kind,
        ...(owner !== undefined && { owner }),
        phase: this.phase(),
        asked,
        seconds,
        tries,
        passed,
        detail,
        ...(by !== undefined && { by }),
      });
    },
  };
}

type Result = Omit<CheckRun, 'phase'>;

function isResult(output: Json | Result): output is Result {
  if (typeof output !== 'object' || output === null || Array.isArray(output)) return false;
  return ['check', 'kind', 'asked', 'tries', 'passed'].every((field) => field in output);
}
