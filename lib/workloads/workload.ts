import type { IWorkload } from '../cutover/workload';
import { type EcsServiceWorkloadProps, ecsService } from './ecs-service';

/** The kinds of workloads that can be stopped for a switch and put back. */
export class Workload {
  /**
   * An ECS service: its desired count goes to 0 (or to `keepRunning`) and back to what it was; Application Auto Scaling
   * is suspended meanwhile, or it would undo that.
   *
   * @param props the service
   */
  public static ecsService(props: EcsServiceWorkloadProps): IWorkload {
    return ecsService(props);
  }

  private constructor() {}
}
