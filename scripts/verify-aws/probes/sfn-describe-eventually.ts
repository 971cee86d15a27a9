import { confirmed, type Probe, unseen } from './probe';

export const sfnDescribeEventually: Probe = {
  fact: 'sfn-describe-eventually',
  observe({ stop, pace }) {
    if (stop === undefined) return unseen('No execution was stopped.');
    return stop.describedAfterMs > Math.max(1_000, pace.pollMs)
      ? confirmed(
          `DescribeExecution said RUNNING for ${Math.round(stop.describedAfterMs / 1_000)} s after StopExecution.`,
        )
      : unseen('The first look after StopExecution was current.');
  },
};
