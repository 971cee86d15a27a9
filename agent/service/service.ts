import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Executor } from '../executor';
import type { JsonLog } from '../log';
import type { Caches } from '../redis/caches';
import { resumeReplication } from '../redis/replicate';
import { parseRequest } from '../request';
import type { Report } from '../verb';
import { Activity } from '../worker/activity';
import { work } from '../worker/worker';
import { listenLocally } from './local-socket';
import { logged } from './logged';
import { measure } from './measure';

export interface ServiceProps {
  readonly activityArn: string;
  readonly stateDirectory: string;
  readonly caches: () => Promise<Caches>;
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
  const run = logged(log, (request, report) => executor.execute(request, report));
  const execute = async (input: string, report: Report) => run(parseRequest(input), report);
  const activity = new Activity(props.activityArn, hostname());
  await mkdir(props.stateDirectory, { recursive: true, mode: 0o700 });
  const socket = await listenLocally(socketPath(props.stateDirectory), execute);
  log.info('service.started', { activity: props.activityArn, pid: process.pid, node: process.version });
  try {
    await Promise.all([work({ activity, log, execute }, stop), keepReplicating(props, stop)]);
  } finally {
    await socket.close();
    activity.close();
    log.info('service.stopped');
  }
}

/** Takes up the replications that ran when the process last ended, and measures whatever runs from then on. */
async function keepReplicating({ caches, log }: ServiceProps, stop: AbortSignal): Promise<void> {
  const opened = await open(caches, log, stop);
  if (opened === undefined) return;
  await resume(opened, log, stop);
  await measure(opened, log, stop);
  // Stopped, not forgotten: the state directory keeps them for the next start.
  await opened.replications.stopAll();
}

/** A cache may be away just when the host comes back. A task that needs the replication meanwhile starts it itself. */
async function resume(caches: Caches, log: JsonLog, stop: AbortSignal): Promise<void> {
  await untilDone(
    () => resumeReplication(caches),
    stop,
    (error, retryInMs) => {
      log.warn('replication.not-resumed', { error, retryInMs });
    },
  );
}

/** The host may be up before the migration's parameter or its permissions are. */
async function open(caches: () => Promise<Caches>, log: JsonLog, stop: AbortSignal): Promise<Caches | undefined> {
  return untilDone(caches, stop, (error, retryInMs) => log.warn('service.not-configured-yet', { error, retryInMs }));
}

/** Tries again, ever more slowly, until it succeeds; `undefined` once told to stop. */
async function untilDone<T>(
  attempt: () => Promise<T>,
  stop: AbortSignal,
  onFailure: (error: unknown, retryInMs: number) => void,
): Promise<T | undefined> {
  for (let pauseMs = 1_000; !stop.aborted; pauseMs = Math.min(pauseMs * 2, 60_000)) {
    try {
      return await attempt();
    } catch (error) {
      onFailure(error, pauseMs);
      await sleep(pauseMs, undefined, { signal: stop }).catch(() => undefined);
    }
  }
  return undefined;
}

function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  return stop.signal;
}
