import type { DbCluster } from '../../../rehearsal/aws/rds/database';
import type { Rds } from '../../../rehearsal/aws/rds/rds';
import { TaskFailure, type TaskRequest, type VirtualClock } from '../../../rehearsal/states-language';

type Side = 'blue' | 'green';

/** What of a verb's arguments says which engines it meets, and how. */
export interface AgentArgs {
  readonly side?: Side;
  readonly from?: Side;
  readonly to?: Side;
  readonly hosts?: Readonly<Partial<Record<Side, string>>>;
  readonly writableWithinSeconds?: number;
}

export interface MeetingProps {
  readonly rds: Rds;
  readonly clock: VirtualClock;
  readonly request: TaskRequest;
  readonly args: AgentArgs;
  /** Host names of sides that a verb names by the side alone. @default - RDS calls clusters as the sides are called */
  readonly hosts?: Readonly<Record<Side, string>>;
}

/** What the engines have the agent wait for, or refuse it: one that restarts, one that may only be read. */
export async function meetEngines({
  rds,
  clock,
  request,
  args,
  hosts,
}: MeetingProps): Promise<TaskFailure | undefined> {
  const deadline = clock.now() + 1000 * (args.writableWithinSeconds ?? 0);
  for (;;) {
    const [first] = clustersOf(rds, args, hosts).flatMap((cluster) => inTheWay(rds, cluster, args));
    if (first === undefined) return undefined;
    if (args.writableWithinSeconds === undefined || clock.now() >= deadline) return first;
    request.heartbeat();
    await clock.sleep(5, { reason: 'wait', state: request.stateName, signal: request.signal });
  }
}

function inTheWay(rds: Rds, cluster: DbCluster, { writableWithinSeconds }: AgentArgs): TaskFailure[] {
  const { identifier } = cluster;
  const isDown = rds.databases.members(cluster).some(({ isWriter, status }) => isWriter && status === 'rebooting');
  if (isDown) return [new TaskFailure('Agent.Unreachable', `${identifier} cut the connection.`)];
  if (writableWithinSeconds === undefined || !cluster.readOnlyUntilReboot) return [];
  return [new TaskFailure('Agent.TargetReadOnly', `${identifier}: read_only is ON`)];
}

/** Of the sides that a verb is about, those that RDS knows by the name or the host that they have now. */
function clustersOf(rds: Rds, { side, from, to, hosts: stated = {} }: AgentArgs, known?: MeetingProps['hosts']) {
  return [side, from, to].flatMap((each) => {
    if (each === undefined) return [];
    const host = stated[each] ?? known?.[each];
    return rds.databases.clusters.filter(({ identifier, endpoint }) =>
      host === undefined ? identifier === each : endpoint === host,
    );
  });
}
