import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  paginateListSchedules,
  type SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { DescribeExecutionCommand, ListExecutionsCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import type { Consent } from '../consent';
import { ifDenied } from '../denied';
import { manifest, physicalIdOf } from '../manifest';
import { type Clients, readParameters, stateMachineOf } from '../parameters';
import { activeSide, whatItMeans } from '../what-it-means';
import { inBothZones, scheduleTimes } from './schedule-time';

type ScheduleClients = Clients & { readonly cloudformation: CloudFormationClient; readonly scheduler: SchedulerClient };

/** A cutover that is to begin at a time, or was. */
export interface ScheduledCutover {
  readonly name: string;
  readonly at: string;
  /** `scheduled`, `running` from its preflight on, `cancelled`, or how it ended. */
  readonly state: string;
  /** When its preflight begins; absent once it has. */
  readonly preflightAt?: string;
  readonly cause?: string;
  /** Of the cutover, once it was started. */
  readonly execution?: string;
}

/** What the migration's stack made for schedules, by their physical ids. */
interface Made {
  readonly group: string;
  readonly roleArn: string;
  readonly machineArn: string;
}

const explained = ifDenied('Who may schedule is named in the app: migration.grantSchedule(role); then deploy.');

/** How many of those that began are shown. */
const MAX_PAST = 10;

/** All that lies ahead, then the last that began, the newest first. */
export async function listSchedules(clients: ScheduleClients, migration: string): Promise<ScheduledCutover[]> {
  const made = await madeFor(clients, migration);
  return [...(await ahead(clients, made)), ...(await begun(clients, made))];
}

/**
 * Has a cutover started at a time.
 *
 * @param at as `scheduleTimes` reads it
 * @see docs/aws-facts.md#scheduler-universal-target
 * @see docs/aws-facts.md#scheduler-at-least-once
 */
export async function schedule(
  clients: ScheduleClients,
  migration: string,
  at: string,
  consent: Consent,
  now = Date.now(),
): Promise<ScheduledCutover> {
  const times = scheduleTimes(at, now);
  const made = await madeFor(clients, migration);
  const [other] = (await listSchedules(clients, migration)).filter(({ state }) => isOpen(state));
  if (other !== undefined) {
    throw new Error(
      `${migration} has a cutover scheduled already, at ${other.at} (${other.state}). Cancel that first: cutover schedule ${migration} --cancel`,
    );
  }
  const parameters = await readParameters(clients.ssm, migration);
  const { account, region } = stateMachineOf(parameters, migration);
  const facts = [
    activeSide(parameters),
    ['Begins', inBothZones(times.cutover)],
    ['Preflight', inBothZones(times.preflight)],
  ] as const;
  const means = whatItMeans('cutover', false) ?? '';
  await consent({ migration, account, region, asked: 'a scheduled cutover', means, facts });
  // An execution of Step Functions has a name for good: what is cancelled and scheduled again is another one.
  const name = `cutover-${compact(times.cutover)}-${now.toString(36)}`;
  const [, partition] = made.machineArn.split(':');
  await clients.scheduler
    .send(
      new CreateScheduleCommand({
        Name: name,
        GroupName: made.group,
        Description: `Preflight of ${migration}, and the cutover at ${times.cutover.toISOString()} if it finds nothing`,
        ScheduleExpression: `at(${times.preflight.toISOString().slice(0, 19)})`,
        ScheduleExpressionTimezone: 'UTC',
        FlexibleTimeWindow: { Mode: 'OFF' },
        ActionAfterCompletion: 'DELETE',
        ClientToken: name,
        Target: {
          Arn: `arn:${partition}:scheduler:::aws-sdk:sfn:startExecution`,
          RoleArn: made.roleArn,
          Input: JSON.stringify({
            StateMachineArn: made.machineArn,
            Name: name,
            Input: JSON.stringify({ at: seconds(times.cutover) }),
          }),
          RetryPolicy: { MaximumEventAgeInSeconds: 1800, MaximumRetryAttempts: 60 },
        },
      }),
    )
    .catch(explained);
  return {
    name,
    at: seconds(times.cutover),
    state: 'scheduled',
    preflightAt: seconds(times.preflight),
  };
}

/** Takes back all that lies ahead; what was started already goes on. @returns what was taken back */
export async function cancel(clients: ScheduleClients, migration: string): Promise<ScheduledCutover[]> {
  const made = await madeFor(clients, migration);
  const open = (await listSchedules(clients, migration)).filter(({ state }) => isOpen(state));
  for (const { name, state } of open) {
    if (state === 'scheduled') {
      await clients.scheduler.send(new DeleteScheduleCommand({ Name: name, GroupName: made.group })).catch(explained);
    } else {
      const executionArn = `${made.machineArn.replace(':stateMachine:', ':execution:')}:${name}`;
      const cause = 'cutover schedule --cancel';
      await clients.sfn.send(new StopExecutionCommand({ executionArn, error: 'Cancelled', cause }));
    }
  }
  return open.map(({ preflightAt: _, ...rest }) => ({ ...rest, state: 'cancelled' }));
}

const isOpen = (state: string) => state === 'scheduled' || state === 'running';

async function ahead({ scheduler }: ScheduleClients, { group }: Made): Promise<ScheduledCutover[]> {
  const found: ScheduledCutover[] = [];
  try {
    for await (const { Schedules = [] } of paginateListSchedules({ client: scheduler }, { GroupName: group })) {
      for (const { Name: name = '' } of Schedules) {
        const { ScheduleExpression: expression = '', Target } = await scheduler.send(
          new GetScheduleCommand({ Name: name, GroupName: group }),
        );
        const preflightAt = `${expression.slice('at('.length, -1)}Z`;
        found.push({ name, at: timeOfSchedule(Target?.Input), state: 'scheduled', preflightAt });
      }
    }
  } catch (error) {
    explained(error);
  }
  return found;
}

async function begun({ sfn }: ScheduleClients, { machineArn }: Made): Promise<ScheduledCutover[]> {
  const { executions = [] } = await sfn.send(
    new ListExecutionsCommand({ stateMachineArn: machineArn, maxResults: MAX_PAST }),
  );
  const found: ScheduledCutover[] = [];
  for (const { executionArn, name = '' } of executions) {
    const { input, output, status, error, cause } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    const execution = fieldOf(output, 'execution');
    found.push({
      name,
      at: atOf(input),
      state: stateOf(status, error),
      ...(cause !== undefined && { cause }),
      ...(execution !== undefined && { execution }),
    });
  }
  return found;
}

function stateOf(status: string | undefined, error: string | undefined): string {
  if (status === 'RUNNING') return 'running';
  if (status === 'SUCCEEDED') return 'started';
  return error === 'Cancelled' ? 'cancelled' : `not started: ${error ?? status}`;
}

/** A schedule starts the state machine with an input of its own. */
const timeOfSchedule = (input: string | undefined) => atOf(fieldOf(input, 'Input'));

const atOf = (input: string | undefined) => fieldOf(input, 'at') ?? 'an unknown time';

/** Others may write schedules of the group, and start the state machine: what they wrote may be no JSON. */
function fieldOf(json = '{}', field: string): string | undefined {
  try {
    const value: unknown = (JSON.parse(json) as Record<string, unknown> | null)?.[field];
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

async function madeFor(clients: ScheduleClients, migration: string): Promise<Made> {
  const { arn } = stateMachineOf(await readParameters(clients.ssm, migration), migration);
  const { stack, read } = await manifest(clients, migration);
  const { schedules } = read;
  if (schedules === undefined) {
    throw new Error(
      `${migration} cannot be scheduled: nobody may. Name who may in the app: migration.grantSchedule(role); then deploy.`,
    );
  }
  const physicalId = (logicalId: string) => physicalIdOf(clients.cloudformation, stack, logicalId);
  const [, partition, , , account] = arn.split(':');
  return {
    group: await physicalId(schedules.group),
    roleArn: `arn:${partition}:iam::${account}:role/${await physicalId(schedules.role)}`,
    machineArn: await physicalId(schedules.stateMachine),
  };
}

const seconds = (at: Date) => `${at.toISOString().slice(0, 19)}Z`;

/** As a name may have it. */
const compact = (at: Date) => at.toISOString().slice(0, 16).replaceAll(/[-:]/g, '');
