import { resultTables } from '../../../agent/cli/result-table';
import type { SeenByClients } from '../../../contract/manifest';
import type { Plan } from './plan';
import type { JobsPlan } from './plan-jobs';

const SEEN: Readonly<Record<SeenByClients, string>> = {
  nothing: 'notice nothing',
  something: 'may notice it',
  refused: 'cannot write from here on, until the switch is over',
};

/** A plan for people: the headings of its tables are the names of these fields. */
export function planText(planned: Plan | JobsPlan, columns: number): string {
  return resultTables('phases' in planned ? inWords(planned) : planned, columns);
}

function inWords({ learntFrom, lastPreflight, phases, transitions, dollars, ...plan }: Plan) {
  const { workloads, checks, ...figures } = plan;
  return {
    ...figures,
    lastPreflight,
    timesLearntFrom: `${learntFrom} ${learntFrom === 1 ? 'execution' : 'executions'} of the last ten`,
    stateTransitions: transitions,
    usDollars: dollars,
    phases: phases.map(({ phase, does, clients, lastedMs, failureLeadsTo }) => ({
      phase,
      whatItDoes: does,
      clients: SEEN[clients],
      ...(lastedMs !== undefined && { tookMs: lastedMs }),
      ifItFails: failureLeadsTo,
    })),
    stoppedMeanwhile: workloads,
    asked: checks,
  };
}
