import type { Assembly } from '../assembly';
import { AutoScaling } from '../aws/auto-scaling/auto-scaling';
import type { CloudWatch } from '../aws/cloudwatch/cloudwatch';
import type { Ecs } from '../aws/ecs/ecs';
import { ElasticLoadBalancing } from '../aws/elastic-load-balancing/elastic-load-balancing';
import type { AwsEnvironment } from '../aws/environment';
import type { EventBridge } from '../aws/eventbridge/eventbridge';
import { Lambda } from '../aws/lambda/lambda';
import { Scheduler } from '../aws/scheduler/scheduler';

/** What an account has without workloads, too. */
export interface AccountWithoutWorkloads {
  readonly environment: AwsEnvironment;
  readonly assembly: Assembly;
  readonly cloudwatch: CloudWatch;
  readonly ecs: Ecs;
  readonly eventBridge: EventBridge;
}

/** The account, as far as workloads are in it. */
export interface WorkloadAccount extends AccountWithoutWorkloads, ServicesOfWorkloads {}

export type ServicesOfWorkloads = ReturnType<typeof servicesOfWorkloads>;

/** Seconds and minutes on AWS; here long enough to be waited for. Milliseconds. */
const MAPPING_CHANGE = 1_000;
const INSTANCE_CHANGE = 2_000;

/** Those that an account has for its workloads alone. */
export function servicesOfWorkloads(environment: AwsEnvironment) {
  return {
    autoScaling: new AutoScaling({ environment, launchMs: INSTANCE_CHANGE, terminateMs: INSTANCE_CHANGE }),
    elasticLoadBalancing: new ElasticLoadBalancing({ environment }),
    lambda: new Lambda({ environment, mappingChangeMs: MAPPING_CHANGE }),
    scheduler: new Scheduler({ environment }),
  };
}
