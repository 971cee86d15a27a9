import { confirmed, type Probe, unseen } from './probe';

export const sfnDescribeExecutionLags: Probe = {
  fact: 'sfn-describe-execution-lags',
  observe({ stop, pace }) {
    if (stop === undefined) return unseen('No execution was stopped.');
    return stop.describedAfterMs > Math.max(1_000, pace.pollMs)
      ? confirmed(
          `DescribeExecution said RUNNING for ${Math.round(stop.describedAfterMs / 1_000)} s after StopExecution.`,
        )
      : unseen('The first look after StopExecution was current.');
  },
};
