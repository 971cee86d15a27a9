import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DescribeStateMachineCommand } from '@aws-sdk/client-sfn';
import type { MigrationKind } from '../../contract/manifest';
import { type JsonObject, loadAssembly } from '../../rehearsal/assembly';
import { type BatchRunbook, batchRunbook } from '../../rehearsal/runbook/batch/batch-runbook';
import { renderBatchHtml } from '../../rehearsal/runbook/batch/html';
import { renderBatchMarkdown } from '../../rehearsal/runbook/batch/markdown';
import { renderHtml } from '../../rehearsal/runbook/html';
import { renderMarkdown } from '../../rehearsal/runbook/markdown';
import { type NightTimes, nightSteps } from '../../rehearsal/runbook/night';
import { type Runbook, runbookFrom, runbookOf } from '../../rehearsal/runbook/runbook';
import { batchMigrationOf } from '../../rehearsal/testbed/batch/batch-migration-of';
import { readChecks } from '../../rehearsal/testbed/checks/listed-checks';
import { knownOf, listedWorkloads } from '../../rehearsal/testbed/migration';
import { partsOfPhases } from '../../rehearsal/testbed/parts-of-phases';
import { batchManifest, manifest } from './manifest';
import { type Clients, movesJobs, readParameters, stateMachineOf } from './parameters';
import { lastNight } from './plan/last-night';
import { medianMs, pastExecutions } from './plan/past-executions';

/** As runbooks call kinds of migrations. */
const KINDS: Readonly<Record<MigrationKind, Runbook['kind']>> = {
  cache: 'cache',
  memcached: 'memcached',
  mysql: 'database',
  postgres: 'database',
};

export interface RunbookOutput {
  /** One self-contained page. @default - Markdown */
  readonly html?: boolean;
  readonly json?: boolean;
  /** When the cutover is to begin. @default - not planned */
  readonly at?: Date;
}

/** The runbook of a synthesized app's migration as text, ready to be put before people. Needs no AWS account. */
export async function runbook(app: string, migration: string | undefined, output: RunbookOutput): Promise<string> {
  const assembly = loadAssembly(app);
  const ofJobs = batchMigrationOf(assembly);
  const isAlone = assembly.migrationMachines().length === 0;
  if (ofJobs !== undefined && (ofJobs.migration === migration || (migration === undefined && isAlone))) {
    return renderedJobs(batchRunbook(ofJobs), output);
  }
  const { at } = output;
  return rendered(
    await runbookOf(assembly, migration),
    { expectedMs: new Map(), ...(at !== undefined && { at }) },
    output,
  );
}

/** The runbook of what is deployed, with the times of its executions: after the night it is the record. */
export async function deployedRunbook(
  clients: Clients & { readonly cloudformation: CloudFormationClient },
  migration: string,
  output: RunbookOutput,
): Promise<string> {
  const parameters = await readParameters(clients.ssm, migration);
  if (movesJobs(parameters)) return renderedJobs(batchRunbook(await batchManifest(clients, migration)), output);
  const { arn } = stateMachineOf(parameters, migration);
  const { read } = await manifest(clients, migration);
  const described = await clients.sfn.send(new DescribeStateMachineCommand({ stateMachineArn: arn }));
  const definition = JSON.parse(described.definition ?? '{}') as JsonObject;
  const known = knownOf({ definition, manifest: read });
  const found = await runbookFrom(
    {
      name: migration,
      kind: KINDS[read.kind],
      manifest: read,
      workloads: listedWorkloads(known.workloads, read),
      checks: readChecks(known.checks, read),
      alarmNames: read.alarms,
      stateMachineArn: arn,
      definition,
      records: read.records,
      configuration: JSON.parse(parameters.configuration ?? '{}'),
    },
    () => true,
  );
  const parts = partsOfPhases(read);
  const alike = (await pastExecutions(clients.sfn, arn, parts)).filter(({ action }) => action === 'cutover');
  const expectedMs = new Map<string, number>();
  for (const { name } of read.phases) {
    const median = medianMs(alike, name);
    if (median !== undefined) expectedMs.set(name, median);
  }
  const last = await lastNight(clients.sfn, arn, parts, parameters.approval);
  const { at } = output;
  return rendered(found, { expectedMs, ...(at !== undefined && { at }), ...(last !== undefined && { last }) }, output);
}

function renderedJobs(read: BatchRunbook, { html, json }: RunbookOutput): string {
  if (html === true) return renderBatchHtml(read);
  return json === true ? `${JSON.stringify(read, undefined, 2)}\n` : renderBatchMarkdown(read);
}

function rendered(read: Runbook, times: NightTimes, { html, json }: RunbookOutput): string {
  if (html === true) return renderHtml(read, times);
  if (json !== true) return renderMarkdown(read);
  const { last } = times;
  const night = {
    steps: nightSteps(read, times),
    ...(last !== undefined && { lastExecution: { ...last, phases: Object.fromEntries(last.phases) } }),
  };
  return `${JSON.stringify({ ...read, night }, undefined, 2)}\n`;
}
