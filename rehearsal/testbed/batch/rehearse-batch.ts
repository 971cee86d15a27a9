import type { Dialect } from '../../../cron/dialect';
import { loadAssembly } from '../../assembly';
import type { ExecutionView } from '../../aws/sfn/executions';
import type { Delivery } from '../../aws/ssm/command-invocations';
import { Random } from '../../clients/random';
import { HostsClock } from '../../hosts/isolated/hosts-clock';
import { BatchExecutions } from './batch-executions';
import { batchHostOf } from './batch-host-facts';
import { batchMigrationOf } from './batch-migration-of';
import { BatchTestbed } from './batch-testbed';
import { Disturbances } from './disturbances';
import { Journals } from './journals';
import { PLANTED, Processes, placesWithSecrets } from './leaks';
import { type OldServer, oldServer } from './old-server';
import { outsideTools } from './outside-tools';
import { brokenBy, type JobPlace, placeOf, type RehearsedJob, rehearsedJob } from './rehearsed-job';
import type { SideEffect } from './side-effects';

/** What an operator does during a rehearsal. */
export interface BatchRequest {
  readonly action: 'preflight' | 'cutover' | 'rollback' | 'retire' | 'recover';
  /** @default - all */
  readonly jobs?: readonly string[];
  /** Minutes that both crons go on before the next; what was interrupted is finished then. @default - none */
  readonly thenMinutes?: number;
}

export interface RehearseBatchOptions {
  /** Folder of the cloud assembly. */
  readonly assembly: string;
  /** Folder with a copy of each crontab of the old server. */
  readonly oldServer: string;
  /** What is started, one after another. */
  readonly requests: readonly BatchRequest[];
  readonly seed: string;
  /** The old server's. */
  readonly cron: Dialect;
  /** Jobs whose program fails on the new host. */
  readonly failing?: readonly string[];
  /** Jobs whose program goes on for so long, on both hosts. Seconds, by job. @default - none takes any time */
  readonly lasting?: Readonly<Record<string, number>>;
  /** What goes wrong meanwhile, told what may. @default - nothing */
  readonly meanwhile?: (disturb: Disturbances) => Promise<void>;
  /** How commands get to their hosts. @default - at once, and once */
  readonly delivery?: (command: { readonly instanceId: string; readonly arguments: string }) => Delivery | undefined;
  /** What the clocks show at first. Before the machine's own time. */
  readonly begin: Date;
  /** How many times as fast as real time, where the machine keeps up. */
  readonly rate: number;
  /** Minutes that both crons go on after the last request. */
  readonly coolDownMinutes: number;
  readonly onNote: (line: string) => void;
  readonly signal: AbortSignal;
}

/** How what an operator has started ended. */
export interface BatchEnding extends Pick<ExecutionView, 'name' | 'status' | 'input' | 'error' | 'cause'> {
  /** Where each job was then, or after the minutes that followed. */
  readonly places: Readonly<Record<string, JobPlace>>;
}

export interface BatchRehearsal {
  readonly jobs: readonly RehearsedJob[];
  readonly executions: readonly BatchEnding[];
  /** What the jobs' programs have done, in the order in which they did it. */
  readonly effects: readonly SideEffect[];
  /** How long it was by the clocks of the hosts. Minutes. */
  readonly minutes: number;
  /** What is not as it must be, one sentence each. */
  readonly broken: readonly string[];
}

const MINUTE = 60_000;
const MAX_RECOVERY_MINUTES = 60;

/** Moves jobs between two hosts with real crons, and counts each of their slots by what their programs have done. */
export async function rehearseBatch(options: RehearseBatchOptions): Promise<BatchRehearsal> {
  const assembly = loadAssembly(options.assembly);
  const manifest = batchMigrationOf(assembly);
  if (manifest === undefined) throw new Error(`The assembly in ${options.assembly} has no migration of a batch host.`);
  const { definitions } = batchHostOf(assembly);
  const { lasting = {} } = options;
  const old = oldServer(options.oldServer, manifest, {
    dialect: options.cron,
    timeZone: definitions.timeZone,
    lasting,
  });
  const faults: unknown[] = [];
  const random = new Random(options.seed).fork('machine');
  const clock = new HostsClock({ begin: options.begin.getTime(), rate: options.rate });
  const executions = new BatchExecutions({
    assembly,
    clock,
    random: () => random.next(),
    listenerFor: () => ({}),
    onFault: (fault) => faults.push(fault),
  });
  const testbed = await BatchTestbed.start({
    assembly,
    clock,
    seed: options.seed,
    blue: {
      instanceId: manifest.blue.instance ?? 'i-0fedcba9876543210',
      tags: manifest.blue.tags,
      cron: options.cron,
      users: usersOf(old),
      files: old.files,
      programs: old.programs,
    },
    tools: outsideTools(options.failing ?? [], lasting),
    secretOf: (_arn, fields) =>
      JSON.stringify(Object.fromEntries([...fields].map((field) => [field, `${PLANTED}-${field}`]))),
    runner: executions.machines,
    delivery: ({ instance, parameters }) =>
      options.delivery?.({ instanceId: instance.instanceId, arguments: parameters.arguments?.[0] ?? '' }),
    onFault: (fault) => faults.push(fault),
  });
  const processes = new Processes();
  try {
    executions.connect(testbed.account);
    const counted = { from: nextMinute(clock.now()), to: new Date(0) };
    const ended: BatchEnding[] = [];
    const journals = new Journals(testbed, manifest);
    const disturbed = options.meanwhile?.(new Disturbances(testbed, executions, options.signal));
    for (const { action, jobs, thenMinutes = 0 } of options.requests) {
      options.onNote(`Start ${JSON.stringify({ action, jobs })}`);
      const view = await executions.perform(manifest.stateMachines.jobs, {
        action,
        ...(jobs !== undefined && { jobs }),
      });
      options.onNote(`${action} ended ${view.status}${view.cause === undefined ? '' : `: ${view.cause}`}`);
      if (thenMinutes > 0) {
        await clock.sleep(thenMinutes * MINUTE, options.signal);
        await untilSettled(clock, journals, options.signal);
      }
      const places = manifest.jobs.map(({ name }) => [name, placeOf(journals, name)] as const);
      ended.push({ ...view, places: Object.fromEntries(places) });
      options.signal.throwIfAborted();
    }
    await disturbed;
    await untilSettled(clock, journals, options.signal);
    await clock.sleep(options.coolDownMinutes * MINUTE, options.signal);
    // What is due now is yet to leave its effect.
    counted.to = nextMinute(clock.now());
    await clock.sleep(2 * MINUTE, options.signal);
    // What looks for secrets in files has them among its own arguments.
    processes.stop();
    const around = { testbed, executions, journals, counted, cron: options.cron };
    const jobs = old.jobs.map((job) => rehearsedJob(job, around));
    return {
      jobs,
      executions: ended,
      minutes: Math.round((clock.now() - options.begin.getTime()) / MINUTE),
      effects: testbed.outside.effects,
      broken: [
        ...brokenBy(jobs),
        ...journals.unsettled(),
        ...processes.leaks,
        ...(await placesWithSecrets(
          {
            blue: testbed.hosts.host('blue').path(''),
            green: testbed.hosts.host('green').path(''),
            assembly: assembly.directory,
          },
          Object.fromEntries([
            ...executions.views().map((view) => [`the execution ${view.name}`, JSON.stringify(view)]),
            ...[...journals.now()].map(([job, journal]) => [`the journal of ${job}`, JSON.stringify(journal)]),
          ]),
        )),
        ...faults.map((fault) => `A fault of the rehearsal itself: ${String(fault)}`),
      ],
    };
  } finally {
    processes.stop();
    await executions.stop();
    await testbed.stop();
  }
}

/** Each job of the old server's users. */
function usersOf({ jobs }: OldServer): { name: string; uid: number }[] {
  const names = [...new Set(jobs.map(({ user }) => user))].filter((name) => name !== 'root').sort();
  return names.map((name, index) => ({ name, uid: 1_001 + index }));
}

/** Jobs that were interrupted are recovered by the look, every five minutes. */
async function untilSettled(clock: HostsClock, journals: Journals, signal: AbortSignal): Promise<void> {
  const end = clock.now() + MAX_RECOVERY_MINUTES * MINUTE;
  while (clock.now() < end && journals.unsettled().length > 0) await clock.sleep(MINUTE, signal);
}

function nextMinute(now: number): Date {
  return new Date(Math.ceil(now / MINUTE) * MINUTE);
}
