import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BatchManifest, JobJournal } from '../../../contract/batch-migration';
import type { Dialect } from '../../../cron/dialect';
import { Schedule } from '../../../cron/schedule';
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
import { PLANTED, Processes, placesWithSecrets } from './leaks';
import { type OldJob, type OldServer, oldServer } from './old-server';
import { outsideTools } from './outside-tools';
import type { SideEffect } from './side-effects';
import { countSlots, type SlotCount } from './slot-count';
import { type LedgerEntry, type ToldSlot, toldByExecutions, toldByLedger } from './told-slots';

/** What an operator does during a rehearsal. */
export interface BatchRequest {
  readonly action: 'preflight' | 'cutover' | 'rollback' | 'retire' | 'recover';
  /** @default - all */
  readonly jobs?: readonly string[];
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

/** Where a job is in the end, and what became of its slots. */
export interface RehearsedJob extends SlotCount {
  readonly side: 'blue' | 'green' | 'none';
  readonly state: string;
  readonly cause?: string;
  /** Why its slots were not counted. */
  readonly uncounted?: string;
}

export interface BatchRehearsal {
  readonly jobs: readonly RehearsedJob[];
  readonly executions: readonly Pick<ExecutionView, 'name' | 'status' | 'input' | 'error' | 'cause'>[];
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
    const ended: ExecutionView[] = [];
    const disturbed = options.meanwhile?.(new Disturbances(testbed, executions, options.signal));
    for (const { action, jobs } of options.requests) {
      options.onNote(`Start ${JSON.stringify({ action, jobs })}`);
      const view = await executions.perform(manifest.stateMachines.jobs, {
        action,
        ...(jobs !== undefined && { jobs }),
      });
      options.onNote(`${action} ended ${view.status}${view.cause === undefined ? '' : `: ${view.cause}`}`);
      ended.push(view);
      options.signal.throwIfAborted();
    }
    await disturbed;
    await untilSettled(testbed, manifest, options.signal);
    await clock.sleep(options.coolDownMinutes * MINUTE, options.signal);
    // What is due now is yet to leave its effect.
    counted.to = nextMinute(clock.now());
    await clock.sleep(2 * MINUTE, options.signal);
    // What looks for secrets in files has them among its own arguments.
    processes.stop();
    const journals = journalsOf(testbed, manifest);
    const jobs = old.jobs.map((job) => rehearsedJob(job, { testbed, executions, journals, counted, options }));
    return {
      jobs,
      executions: ended,
      minutes: Math.round((clock.now() - options.begin.getTime()) / MINUTE),
      effects: testbed.outside.effects,
      broken: [
        ...brokenBy(jobs),
        ...unsettledIn(journals),
        ...processes.leaks,
        ...(await placesWithSecrets(
          {
            blue: testbed.hosts.host('blue').path(''),
            green: testbed.hosts.host('green').path(''),
            assembly: assembly.directory,
          },
          Object.fromEntries([
            ...executions.views().map((view) => [`the execution ${view.name}`, JSON.stringify(view)]),
            ...[...journals].map(([job, journal]) => [`the journal of ${job}`, JSON.stringify(journal)]),
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

interface Surroundings {
  readonly testbed: BatchTestbed;
  readonly executions: BatchExecutions;
  readonly journals: ReadonlyMap<string, JobJournal>;
  readonly counted: { readonly from: Date; readonly to: Date };
  readonly options: RehearseBatchOptions;
}

function rehearsedJob(job: OldJob, around: Surroundings): RehearsedJob {
  const { testbed, executions, journals, counted, options } = around;
  const { side = 'blue', state = 'undecided', cause, movedAt } = journals.get(job.name) ?? {};
  const { timeZone } = testbed.facts.definitions;
  // A paused job runs nowhere from its cut on.
  const to = side === 'none' && movedAt !== undefined ? new Date(movedAt) : counted.to;
  const { CRON_TZ: cronTimeZone } = job.entry.environment;
  const schedule = Schedule.parse(job.entry.schedule.text, {
    dialect: options.cron,
    timeZone,
    ...(cronTimeZone !== undefined && { cronTimeZone }),
  });
  const slots = schedule.slotsBetween(counted.from, to).map(({ at }) => at);
  const isLater = ({ slot, at }: { slot?: Date; at: Date }) =>
    (slot ?? at) >= counted.from && (slot ?? at) < counted.to;
  const effects = testbed.outside.effects.filter((effect) => effect.what === job.name && isLater(effect));
  const count = countSlots({
    job: job.name,
    slots: job.isCounted ? slots : [],
    effects,
    leftOut: [...toldOnGreen(testbed, job.name), ...toldByExecutions(job.name, executions.views())],
  });
  return {
    ...count,
    side,
    state,
    ...(cause !== undefined && cause !== '' && { cause }),
    ...(!job.isCounted && { uncounted: 'Its command starts a program that the rehearsal needs itself.' }),
  };
}

function toldOnGreen({ hosts }: BatchTestbed, job: string): ToldSlot[] {
  const folder = hosts.host('green').path(join('var/lib/cutover-batch/ledger', job));
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return toldByLedger(
    files.map((file) => {
      const record = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Omit<LedgerEntry, 'slot'>;
      return { ...record, slot: file.replace(/\.json$/, '') };
    }),
  );
}

/** Each job of the old server's users. */
function usersOf({ jobs }: OldServer): { name: string; uid: number }[] {
  const names = [...new Set(jobs.map(({ user }) => user))].filter((name) => name !== 'root').sort();
  return names.map((name, index) => ({ name, uid: 1_001 + index }));
}

function journalsOf({ account }: BatchTestbed, { journals, jobs }: BatchManifest): ReadonlyMap<string, JobJournal> {
  return new Map(
    jobs.flatMap(({ name }) => {
      const text = account.ssm.parameters.valueOf(`${journals}/${name}`);
      return text === undefined ? [] : [[name, JSON.parse(text) as JobJournal] as const];
    }),
  );
}

/** Jobs that were interrupted are recovered by the look, every five minutes. */
async function untilSettled(testbed: BatchTestbed, manifest: BatchManifest, signal: AbortSignal): Promise<void> {
  const end = testbed.clock.now() + MAX_RECOVERY_MINUTES * MINUTE;
  while (testbed.clock.now() < end && unsettledIn(journalsOf(testbed, manifest)).length > 0) {
    await testbed.clock.sleep(MINUTE, signal);
  }
}

function unsettledIn(journals: ReadonlyMap<string, JobJournal>): string[] {
  return [...journals]
    .filter(([, { phase }]) => phase !== undefined && phase !== 'settled')
    .map(([job, { phase }]) => `${job}: it has not ended on a side, its journal says ${phase}.`);
}

function brokenBy(jobs: readonly RehearsedJob[]): string[] {
  const time = (at: Date) => at.toISOString().slice(11, 16);
  return jobs.flatMap(({ job, lost, doubled }) => [
    ...(lost.length === 0 ? [] : [`${job}: nothing was started for ${lost.map(time).join(', ')}.`]),
    ...doubled.map(
      ({ at, host, slot }) =>
        `${job}: started once more, at ${time(at)} on ${host}${slot === undefined ? '' : ` for ${time(slot)}`}.`,
    ),
  ]);
}

function nextMinute(now: number): Date {
  return new Date(Math.ceil(now / MINUTE) * MINUTE);
}
