import { allStates } from '../../rehearsal/states-language/definition/walk';
import { removeTemporaryFolders } from '../rehearsal/assembly/written-assembly';
import { MACHINES } from './machines';

afterAll(removeTemporaryFolders);

/** Of what a redriven execution waits for all the same. A recovery waits two minutes for an execution that runs. */
const MAX_SECONDS = 10;

const LOOKS = /:(describe|filter|get|list)[A-Z]/;
const SPARED = /RedriveCount/;

/** One that only looks is Express, which RedriveExecution does not take. It has a minute, or four. */
const STANDARD = MACHINES.filter(([, { TimeoutSeconds: seconds = Number.POSITIVE_INFINITY }]) => seconds > 240);

// @see docs/aws-facts.md#sfn-redrive
test.each(STANDARD)(
  'a redriven execution of %s performs no task that changes anything, and waits for nothing',
  (_, machine) => {
    const performed: string[] = [];
    const waits: string[] = [];
    for (const { name, state } of allStates(machine)) {
      const changes = state.Type === 'Task' && !LOOKS.test(state.Resource);
      if (changes && !SPARED.test(String(state.TimeoutSeconds))) performed.push(name);
      if (state.Type !== 'Wait') continue;
      const isShort = typeof state.Seconds === 'number' && state.Seconds <= MAX_SECONDS;
      if (!isShort && !SPARED.test(String(state.Seconds))) waits.push(`${name}: ${state.Seconds}`);
    }
    expect({ performed, waits }).toEqual({ performed: [], waits: [] });
  },
);
