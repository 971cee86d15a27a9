import { isObject, type Json, type JsonObject } from '../assembly/json';

/** As the AWS CLI calls services that Step Functions calls otherwise. */
const OF_THE_CLI: Readonly<Record<string, string>> = {
  applicationautoscaling: 'application-autoscaling',
  cloudwatchlogs: 'logs',
  elasticloadbalancingv2: 'elbv2',
  eventbridge: 'events',
  sfn: 'stepfunctions',
};

/** The journal and the agent's timer: nobody keeps those by hand. */
const BOOKKEEPING = [
  'ssm put-parameter',
  'ssm get-parameters',
  'ssm delete-parameters',
  'stepfunctions send-task-success',
];

/**
 * What a state calls, as a person would who does it by hand on the migration host: verbs of the agent and commands of the AWS
 * CLI, each once, in the order of the definition. What they are called with is in the definition.
 */
export function byHand(definition: JsonObject, state: string): string[] {
  const found = objectIn(objectIn(definition.States)[state]);
  const calls = callsIn(found).filter((call) => !BOOKKEEPING.some((kept) => call === `aws ${kept}`));
  return [...new Set(calls)];
}

function callsIn(state: JsonObject): string[] {
  const inner = [...listIn(state.Branches), state.ItemProcessor].flatMap((machine) =>
    Object.values(objectIn(objectIn(machine).States)).flatMap((each) => callsIn(objectIn(each))),
  );
  const call = state.Type === 'Task' ? callOf(state) : undefined;
  return call === undefined ? inner : [call, ...inner];
}

function callOf({ Resource: resource, Arguments: given }: JsonObject): string | undefined {
  const { verb } = objectIn(given);
  if (typeof verb === 'string') return `cutover-agent ${verb}`;
  const [, service, action] = /:states:::(?:aws-sdk:)?(\w+):(\w+)/.exec(String(resource)) ?? [];
  if (service === undefined || action === undefined) return undefined;
  if (service === 'http') return 'curl';
  const name = service === 'states' ? 'stepfunctions' : (OF_THE_CLI[service] ?? service);
  return `aws ${name} ${action.replace(/[A-Z]+/g, (letters) => `-${letters.toLowerCase()}`)}`;
}

const objectIn = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

const listIn = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
