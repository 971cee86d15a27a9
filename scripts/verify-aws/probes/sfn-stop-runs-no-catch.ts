import { confirmed, type Probe, refuted, unseen } from './probe';

export const sfnStopRunsNoCatch: Probe = {
  fact: 'sfn-stop-runs-no-catch',
  observe({ runs }) {
    const stopped = runs.find(({ status }) => status === 'ABORTED');
    if (stopped === undefined) return unseen('No execution was stopped.');
    const last = stopped.events.at(-1)?.type;
    return last === 'ExecutionAborted'
      ? confirmed('The last event of the stopped execution is ExecutionAborted: no state was entered after it.')
      : refuted(`The last event of the stopped execution is ${last}.`);
  },
};
