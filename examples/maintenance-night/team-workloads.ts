import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, FargateService } from 'aws-cdk-lib/aws-ecs';
import type { IApplicationListener } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IConnection } from 'aws-cdk-lib/aws-events';
import { type IWorkload, Workload } from 'cdk-cutover';
import { Construct } from 'constructs';
import type { Team } from './teams';

export interface TeamWorkloadsProps {
  readonly team: Team;
  readonly vpc: IVpc;
  /** In front of the team's APIs. */
  readonly listener: IApplicationListener;
  /** To Datadog. */
  readonly datadog: IConnection;
}

/**
 * What of a team stops: its monitors and pages at once, its APIs when nothing reaches them any more, its workers when
 * nothing is left to them any more. They come back the other way round.
 */
export class TeamWorkloads extends Construct {
  public readonly workloads: IWorkload[];

  constructor(scope: Construct, id: string, props: TeamWorkloadsProps) {
    super(scope, id);
    const { team, vpc, listener, datadog } = props;
    const told = { owner: `${team.name} (${team.contact})`, note: team.note };
    const cluster = Cluster.fromClusterAttributes(this, 'Cluster', { clusterName: team.cluster, vpc });
    const service = (serviceName: string) =>
      FargateService.fromFargateServiceAttributes(this, serviceName, { cluster, serviceName });

    const pages = Object.entries(team.pages).map(([path, priority]) =>
      Workload.maintenanceMode({ ...told, name: `page ${path}`, listener, priority, paths: [path] }),
    );
    const apis = team.apis.map((name) =>
      Workload.ecsService({ ...told, service: service(name), after: pages.map(({ workloadId }) => workloadId) }),
    );
    const workers = team.workers.map((name) =>
      Workload.ecsService({ ...told, service: service(name), after: apis.map(({ workloadId }) => workloadId) }),
    );
    const monitors = Object.entries(team.monitors).map(([name, monitorId]) =>
      Workload.datadogMonitors({ ...told, name: `monitor ${name}`, connection: datadog, monitorIds: [monitorId] }),
    );
    this.workloads = [...monitors, ...pages, ...apis, ...workers];
  }
}
