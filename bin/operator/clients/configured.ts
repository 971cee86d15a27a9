import {
  DescribeTaskDefinitionCommand,
  type ECSClient,
  ListTaskDefinitionFamiliesCommand,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import { type FunctionConfiguration, type LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import type { Progress } from '../../../contract/common';
import { groupedBy } from '../grouped-by';
import { everyItem, type Lookup } from './lookup';
import type { SoughtName, SoughtNames } from './names';
import type { Sighting } from './report';
import { nameOf, type RunningTask } from './running-tasks';
import type { Holder } from './stored-values';

export interface ConfiguredProps {
  readonly sought: SoughtNames;
  /** Secrets and parameters that hold a name. */
  readonly holders: readonly Holder[];
  readonly lookup: Lookup;
  readonly progress: (progress: Progress) => void;
}

const MAX_FAMILIES = 2000;
const MAX_FUNCTIONS = 5000;

/** What a secret or a parameter says for itself. */
export function sightingsOf(holders: readonly Holder[]): Sighting[] {
  return holders.flatMap(({ consumer, names }) => names.map((name) => holding(consumer, 'holds', name)));
}

/** Definitions that run now, and the latest of each family. */
export async function taskDefinitionsWith(
  ecs: ECSClient,
  tasks: readonly RunningTask[],
  props: ConfiguredProps,
): Promise<Sighting[]> {
  const { lookup, progress } = props;
  const what = 'ECS task definitions';
  const families = await lookup.attempt(what, () =>
    everyItem(
      async (nextToken) => {
        const page = await ecs.send(new ListTaskDefinitionFamiliesCommand({ status: 'ACTIVE', nextToken }));
        return { items: page.families ?? [], next: page.nextToken };
      },
      MAX_FAMILIES,
      () => lookup.miss(what, `More families than ${MAX_FAMILIES}.`),
    ),
  );
  const running = groupedBy(tasks, ({ definition }) => nameOf(definition));
  const asked = [...new Set([...running.keys(), ...(families ?? [])])].filter((name) => name !== '');
  const sightings = new Map<string, Sighting[]>();
  let files = 0;
  for (const [index, name] of asked.entries()) {
    progress({ phase: what, done: index, total: asked.length });
    const described = await lookup.attempt(`ECS task definition ${name}`, () =>
      ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: name })),
    );
    const definition = described?.taskDefinition;
    if (definition === undefined) continue;
    const id = nameOf(definition.taskDefinitionArn ?? name);
    if (sightings.has(id)) continue;
    const consumers = [...new Set((running.get(id) ?? []).map(({ consumer }) => consumer))];
    const found = (consumers.length === 0 ? [`ECS task definition ${id}`] : consumers).flatMap((consumer) =>
      ofDefinition(consumer, definition, props),
    );
    sightings.set(id, found);
    files += (definition.containerDefinitions ?? []).filter(
      ({ environmentFiles = [] }) => environmentFiles.length > 0,
    ).length;
  }
  if (files > 0)
    lookup.miss('Environment files of ECS containers', `${files} containers have some in S3: look there yourself.`);
  return [...sightings.values()].flat();
}

function ofDefinition(
  consumer: string,
  { containerDefinitions = [] }: TaskDefinition,
  { sought, holders }: ConfiguredProps,
) {
  return containerDefinitions.flatMap(
    ({ name = '', environment = [], secrets = [], command = [], entryPoint = [] }) => [
      ...environment.flatMap(({ name: variable = '', value = '' }) =>
        ofValue(consumer, `${variable} of its container ${name}`, value, sought, holders),
      ),
      ...ofValue(
        consumer,
        `the command of its container ${name}`,
        [...entryPoint, ...command].join(' '),
        sought,
        holders,
      ),
      ...secrets.flatMap(({ name: variable = '', valueFrom = '' }) =>
        referring(consumer, `${variable} of its container ${name}`, valueFrom, holders),
      ),
    ],
  );
}

export async function allFunctions(lambda: LambdaClient, lookup: Lookup): Promise<readonly FunctionConfiguration[]> {
  const found = await lookup.attempt('Lambda functions', () =>
    everyItem(
      async (Marker) => {
        const { Functions = [], NextMarker } = await lambda.send(new ListFunctionsCommand({ Marker }));
        return { items: Functions, next: NextMarker };
      },
      MAX_FUNCTIONS,
      () => lookup.miss('Lambda functions', `More than ${MAX_FUNCTIONS}.`),
    ),
  );
  return found ?? [];
}

export function functionsWith(functions: readonly FunctionConfiguration[], props: ConfiguredProps): Sighting[] {
  const { sought, holders, lookup } = props;
  return functions.flatMap(({ FunctionName = '', Environment: { Variables = {}, Error: error } = {} }) => {
    if (error !== undefined) {
      lookup.miss(`Environment of the Lambda function ${FunctionName}`, error.Message ?? error.ErrorCode ?? 'not told');
    }
    return Object.entries(Variables).flatMap(([variable, value]) =>
      ofValue(`Lambda function ${FunctionName}`, variable, value, sought, holders),
    );
  });
}

function ofValue(consumer: string, where: string, value: string, sought: SoughtNames, holders: readonly Holder[]) {
  return [
    ...sought.in(value).map((name) => holding(consumer, `${where} holds`, name)),
    ...referring(consumer, where, value, holders),
  ];
}

/** A reference to a secret may go on with the key of its JSON, and versions. */
function referring(consumer: string, where: string, value: string, holders: readonly Holder[]): Sighting[] {
  const named = holders.filter(({ references }) =>
    references.some((each) => value === each || value.startsWith(`${each}:`)),
  );
  return named.flatMap((holder) =>
    holder.names.map(({ means, moves }) => ({
      consumer,
      evidence: `configured: ${where} is the ${holder.consumer}, which holds ${means}`,
      moves,
    })),
  );
}

function holding(consumer: string, how: string, { means, moves }: SoughtName): Sighting {
  return { consumer, evidence: `configured: ${how} ${means}`, moves };
}
