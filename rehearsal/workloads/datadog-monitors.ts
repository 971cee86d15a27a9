import type { Connection } from '../aws/integration/http/connection';
import { Datadog } from '../endpoints/datadog';
import type { StoppedWorkload } from '../testbed/migration';
import { DATADOG_KEYS, SECRET } from './connections';
import { namesOf } from './facts';
import type { External } from './rehearsed-kind';

/** Each site that monitors are on is a server of its own. */
export const datadogMonitors: External = {
  place: 'elsewhere',
  async start(workloads, { clock, connections }) {
    const sites = new Map<string, Datadog>();
    const stop = async () => {
      for (const site of sites.values()) await site.stop();
    };
    try {
      for (const host of new Set(workloads.map(hostOf))) {
        const here = workloads.filter((each) => hostOf(each) === host);
        sites.set(host, await startSite(here, connections, () => clock.now()));
      }
    } catch (error) {
      await stop();
      throw error;
    }
    return {
      origins: new Map([...sites].map(([host, { origin }]) => [host, origin])),
      observe: (workload) =>
        namesOf(workload.facts.monitors)
          .map((monitor) => {
            const downtimes = sites.get(hostOf(workload))?.downtimes.activeFor(Number(monitor)).length ?? 0;
            return `${monitor} ${downtimes === 0 ? 'tells' : `is muted ${downtimes} times`}`;
          })
          .join(', '),
      stop,
    };
  },
};

function startSite(
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

const hostOf = ({ facts }: StoppedWorkload): string => new URL(String(facts.api)).hostname;
