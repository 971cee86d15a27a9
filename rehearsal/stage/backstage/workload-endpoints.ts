import type { Assembly } from '../../assembly';
import type { Clock } from '../../aws/clock';
import { type Connection, connectionsOf } from '../../aws/integration/http/connection';
import type { HttpTaskProps } from '../../aws/integration/http/http-task';
import { Datadog } from '../../endpoints/datadog';
import type { LocalEndpoint } from '../../endpoints/local-endpoint';
import type { Application } from '../checks/application';
import type { ListedCheck } from '../checks/listed-checks';
import type { StoppedWorkload } from '../migration';
import { namesOf } from '../workload-standing';
import { HttpHooks, hooksOf } from './http-hooks';

/** What every secret of the rehearsal says: none of the user's is read. */
const SECRET = 'rehearsed';
const DATADOG_KEYS = ['DD-API-KEY', 'DD-APPLICATION-KEY'] as const;

/** The APIs that a migration's workloads are stopped by, each a server of its own on this machine. */
export class WorkloadEndpoints {
  private constructor(
    private readonly datadogs: ReadonlyMap<string, Datadog>,
    private readonly monitors: readonly StoppedWorkload[],
    private readonly hooks: HttpHooks,
    private readonly hookServers: ReadonlyMap<string, LocalEndpoint>,
    private readonly connections: readonly Connection[],
    private readonly application: Pick<Application, 'originOf'>,
  ) {}

  static async start(
    assembly: Assembly,
    workloads: readonly StoppedWorkload[],
    clock: Pick<Clock, 'now'>,
    /** What is asked by requests over connections too, and who answers. */
    checks: readonly ListedCheck[] = [],
    application: Pick<Application, 'originOf'> = { originOf: () => undefined },
  ): Promise<WorkloadEndpoints> {
    const monitors = workloads.filter(({ kind }) => kind === 'Datadog monitors');
    const hooks = new HttpHooks(hooksOf(workloads));
    const connections = connectionsFor([...workloads, ...checks], assembly);
    const datadogs = new Map<string, Datadog>();
    const servers = new Map<string, LocalEndpoint>();
    const endpoints = new WorkloadEndpoints(datadogs, monitors, hooks, servers, connections, application);
    try {
      for (const host of new Set(monitors.map(hostOf))) {
        datadogs.set(
          host,
          await startDatadog(
            monitors.filter((each) => hostOf(each) === host),
            connections,
            () => clock.now(),
          ),
        );
      }
      for (const host of hooks.hosts) servers.set(host, await hooks.serve(host));
    } catch (error) {
      await endpoints.stop();
      throw error;
    }
    return endpoints;
  }

  get http(): HttpTaskProps {
    return {
      connections: this.connections,
      endpointOf: (host) =>
        this.datadogs.get(host)?.origin ?? this.hookServers.get(host)?.origin ?? this.application.originOf(host),
    };
  }

  /** Who is muted, and what was told to stop. */
  standing(): Readonly<Record<string, string>> {
    const muted = this.monitors.map((workload) => [
      `${workload.kind} ${workload.id}`,
      namesOf(workload.facts.monitors)
        .map((monitor) => {
          const downtimes = this.datadogs.get(hostOf(workload))?.downtimes.activeFor(Number(monitor)).length ?? 0;
          return `${monitor} ${downtimes === 0 ? 'tells' : `is muted ${downtimes} times`}`;
        })
        .join(', '),
    ]);
    return { ...Object.fromEntries(muted), ...this.hooks.standing() };
  }

  async stop(): Promise<void> {
    for (const datadog of this.datadogs.values()) await datadog.stop();
    for (const server of this.hookServers.values()) await server.stop();
  }
}

function startDatadog(
  workloads: readonly StoppedWorkload[],
  connections: readonly Connection[],
  now: () => number,
): Promise<Datadog> {
  const connection = connections.find(({ arn }) => arn === String(workloads[0]?.facts.connection));
  const headerOf = (name: string) =>
    connection?.headers.find(({ key }) => key.toLowerCase() === name.toLowerCase())?.value ?? SECRET;
  const [api, application] = DATADOG_KEYS;
  return Datadog.start({
    apiKey: headerOf(api),
    applicationKey: headerOf(application),
    monitorIds: workloads.flatMap(({ facts }) => namesOf(facts.monitors).map(Number)),
    now,
  });
}

/**
 * The connections that workloads use, and no other of the app's: theirs may be of kinds that are not known here. One
 * that the assembly only names is taken to be as the workload needs it.
 */
function connectionsFor(
  workloads: readonly Pick<StoppedWorkload, 'facts'>[],
  assembly: Assembly,
): readonly Connection[] {
  const used = new Map(
    workloads
      .filter(({ facts }) => facts.connection !== undefined)
      .map(({ facts }) => [String(facts.connection), String(facts.connectionSecret)]),
  );
  const resources = (type?: string) =>
    assembly.resources(type).filter((resource) => used.has(String(resource.attribute('Arn'))));
  const known = connectionsOf({ resources }, () => SECRET);
  const imported = [...used].filter(([arn]) => !known.some((connection) => connection.arn === arn));
  const headers = DATADOG_KEYS.map((key) => ({ key, value: SECRET }));
  return [...known, ...imported.map(([arn, secretArn]) => ({ arn, secretArn, headers, query: [], body: [] }))];
}

const hostOf = ({ facts }: StoppedWorkload): string => new URL(String(facts.api)).hostname;
