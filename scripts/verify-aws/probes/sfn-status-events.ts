import { confirmed, type Probe, refuted, unseen } from './probe';

export const sfnStatusEvents: Probe = {
  fact: 'sfn-status-events',
  observe({ stop, pace }) {
    if (stop === undefined) return unseen('No execution was stopped.');
    return stop.recoveryAfterMs === undefined
      ? refuted(`No recovery began by itself within ${pace.patienceMs / 1_000} s of the stop.`)
      : confirmed(`A recovery began by itself ${Math.round(stop.recoveryAfterMs / 1_000)} s after the stop.`);
  },
};
