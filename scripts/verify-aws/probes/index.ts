import { cloudwatchUnknownAlarm } from './cloudwatch-unknown-alarm-is-left-out';
import { ec2DuplicateRule } from './ec2-duplicate-rule';
import { ec2EventualConsistency } from './ec2-eventual-consistency';
import { ec2MalformedIds } from './ec2-malformed-ids';
import { ec2RevokeUnknownRule } from './ec2-revoke-unknown-rule';
import { ecsRunningCount } from './ecs-running-count';
import type { Probe } from './probe';
import { route53ChangeInSync } from './route53-change-in-sync';
import { route53DeleteExactly } from './route53-delete-exactly';
import { sfnDescribeExecutionLags } from './sfn-describe-execution-lags';
import { sfnSdkJavaNames } from './sfn-sdk-java-names';
import { sfnStatusEvents } from './sfn-status-events';
import { sfnStopRunsNoCatch } from './sfn-stop-runs-no-catch';
import { snsPublisherNeedsTheTopicsKey } from './sns-publisher-needs-the-topics-key';
import { ssmRecreateAfter30S } from './ssm-recreate-after-30-s';

/** Every fact that a night can see. */
export const PROBES: readonly Probe[] = [
  cloudwatchUnknownAlarm,
  ec2DuplicateRule,
  ec2EventualConsistency,
  ec2MalformedIds,
  ec2RevokeUnknownRule,
  ecsRunningCount,
  route53ChangeInSync,
  route53DeleteExactly,
  sfnDescribeExecutionLags,
  sfnSdkJavaNames,
  sfnStatusEvents,
  sfnStopRunsNoCatch,
  snsPublisherNeedsTheTopicsKey,
  ssmRecreateAfter30S,
];
