import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Executor } from '../executor';
import type { JsonLog } from '../log';
import type { Migration } from '../migration';
import { parseRequest } from '../request';
import { keepDigestKey } from '../shown-digest';
import type { Report } from '../verb';
import { verbs } from '../verbs';
import { Activity } from '../worker/activity';
import { work } from '../worker/worker';
import { listenLocally } from './local-socket';
import { logged } from './logged';
import { measure } from './measure';
import { reportFollowing } from './report-following';
import { reportRelaying } from './report-relaying';
import { Resumption } from './resumption';
import type { Tenure } from './tenure';

export interface ServiceProps {
  readonly activityArn: string;
  readonly stateDirectory: string;
  /** Name of the SSM parameter with the migration's journal. */
  readonly journal: string | undefined;
  readonly tenure: Tenure;
  readonly open: () => Promise<Migration>;
  readonly executor: Executor;
  readonly log: JsonLog;
}

/** Where the service of a host listens for its shells. */
export function socketPath(stateDirectory: string): string {
  return join(stateDirectory, 'agent.sock');
}

/** The migration host's service, from its start until SIGTERM. */
export async function runService(props: ServiceProps): Promise<void> {
  const { log, executor } = props;
  const stop = stopSignal();
  await mkdir(props.stateDirectory, { recursive: true, mode: 0o700 });
  await keepDigestKey(props.stateDirectory);
  const resumption = new Resumption(props);
  const run = logged(log, (request, report) => {
    const execute = () => executor.execute(request, report);
    return verbs[request.verb].inService === true ? resumption.apart(execute) : execute();
  });
  const execute = async (input: string, report: Report) => run(parseRequest(input), report);
  // First of all, as only one service of a host can have the socket: a second must not touch the sides.
  const socket = await listenLocally(socketPath(props.stateDirectory), execute);
  const activity = new Activity(props.activityArn, hostname());
  log.info('service.started', { activity: props.activityArn, pid: process.pid, node: process.version });
  const reports = [reportFollowing({ ...props, resumption }, stop), reportRelaying(props, stop)];
  try {
    while (!stop.aborted) {
      const term = await props.tenure.begin(stop);
      if (stop.aborted) break;
      resumption.begin();
      await Promise.all([work({ activity, log, execute }, term), keepReplicating(props, resumption, term)]);
      resumption.end();
    }
    await Promise.all(reports);
  } finally {
    await socket.close();
    activity.close();
    log.info('service.stopped');
  }
}

/** Takes up the replications that ran when the process last ended, and measures whatever runs from then on. */
async function keepReplicating({ open, log }: ServiceProps, resumption: Resumption, stop: AbortSignal): Promise<void> {
  await resumption.untilDone(stop);
  if (stop.aborted) return;
  const migration = await open();
  await measure({ migration, log, resumption }, stop);
  await migration.sides.stop();
}

function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  return stop.signal;
}
