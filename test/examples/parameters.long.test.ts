import type { Json, Role, StateMachine } from '../../rehearsal/assembly';
import { allStates } from '../../rehearsal/testbed/migration';
import { removeTemporaryFolders } from '../rehearsal/assembly/written-assembly';
import { EXAMPLES, HOSTS, synthesized } from './example-under-test';
import { rolesOf } from './service-authorization';

afterAll(removeTemporaryFolders);

const listed = (value: unknown): string[] => [value].flat().map(String);

/** Every text in a value, however deep. */
function textsIn(value: Json | undefined): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** The parameters that a field names: itself, or in an expression each literal, `*` for what is made at run time. */
function parametersIn(text: string): string[] {
  if (!text.startsWith('{%')) return text.startsWith('/cdk-cutover/') ? [text] : [];
  return [...text.matchAll(/'(\/cdk-cutover\/[^']*)'(\s*&)?/g)].map(([, name, more]) => `${name}${more ? '*' : ''}`);
}

interface Use {
  readonly names: readonly string[];
  /** Whether a state has a name that stands elsewhere in the definition. */
  readonly isHandedOver: boolean;
}

/** By action, as a policy names it: what the states call it on. */
function usesOf({ definition }: StateMachine): Readonly<Record<string, Use>> {
  const uses: Record<string, Use> = {};
  for (const { Resource: resource, Arguments: given } of allStates(definition).values()) {
    const [, call = ''] =
      /:aws-sdk:ssm:((?:get|put|delete)Parameters?(?:ByPath)?)(?:\.\w+)?$/.exec(String(resource)) ?? [];
    if (call === '') continue;
    const action = `ssm:${call[0]?.toUpperCase()}${call.slice(1)}`;
    const { Name, Names, Path } = given as { Name?: Json; Names?: Json; Path?: Json };
    // A call whose arguments are one expression has them all in it.
    const fields = typeof given === 'string' ? [given] : [Name, Names, Path].flatMap(textsIn);
    const names = fields.flatMap(parametersIn);
    const before = uses[action] ?? { names: [], isHandedOver: false };
    uses[action] = {
      names: [...before.names, ...names],
      isHandedOver: before.isHandedOver || fields.some((field) => parametersIn(field).length === 0),
    };
  }
  return uses;
}

/** By action: names of parameters, with wildcards. */
function grantsOf({ policies }: Role): Readonly<Record<string, readonly string[]>> {
  const grants: Record<string, string[]> = {};
  for (const { Action, Resource } of policies.flatMap(({ statements }) => statements)) {
    for (const action of listed(Action).filter((each) => /^ssm:(Get|Put|Delete)Parameter/.test(each))) {
      const names = listed(Resource).map((arn) => arn.replace(/^.*:parameter/, ''));
      grants[action] = [...(grants[action] ?? []), ...names];
    }
  }
  return grants;
}

/** Whether a policy's pattern takes all that the other stands for. */
function takes(pattern: string, name: string): boolean {
  const escaped = pattern.split('*').map((part) => part.replaceAll(/[.\\/-]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`).test(name.replaceAll('*', 'one-that-is-made'));
}

/** What a state would be denied, and what no state asks for. */
function problemsOf(machine: StateMachine, role: Role): string[] {
  const uses = usesOf(machine);
  const grants = grantsOf(role);
  const everywhere = textsIn(machine.definition).flatMap(parametersIn);
  const denied = Object.entries(uses).flatMap(([action, { names }]) =>
    names.flatMap((name) =>
      (grants[action] ?? []).some((pattern) => takes(pattern, name)) ? [] : [`${action} on ${name} is not granted`],
    ),
  );
  const unused = Object.entries(grants).flatMap(([action, patterns]) =>
    patterns.flatMap((pattern) => {
      const { names = [], isHandedOver = false } = uses[action] ?? {};
      const known = isHandedOver ? [...names, ...everywhere] : names;
      return known.some((name) => name === pattern || takes(name, pattern))
        ? []
        : [`${action} on ${pattern} is granted, and no state asks for it`];
    }),
  );
  return [...denied, ...unused];
}

describe.each([...EXAMPLES, ...HOSTS])('in %s', (name) => {
  const { assembly } = synthesized(name);

  test('each state machine reads and writes the parameters that it names, and may do so to no other', () => {
    const problems = assembly.stateMachines().map((machine) => {
      const uses = usesOf(machine);
      return { uses: Object.keys(uses).length, problems: problemsOf(machine, assembly.role(machine.roleArn)) };
    });
    expect(problems.flatMap((each) => each.problems)).toEqual([]);
    expect(problems.reduce((sum, { uses }) => sum + uses, 0)).toBeGreaterThan(3);
  });
});

test.each(EXAMPLES)('the host of %s may read the parameters that its unit names, and no other', (name) => {
  const { assembly } = synthesized(name);
  const [host] = rolesOf(assembly).filter(({ trust }) => JSON.stringify(trust).includes('ec2.amazonaws.com'));
  const [{ UserData: userData } = {}] = assembly.resources('AWS::EC2::Instance').map(({ properties }) => properties);
  const written = Buffer.from(String(userData), 'base64').toString();
  const named = [...written.matchAll(/CUTOVER_[A-Z]+=(\/cdk-cutover\/[\w/.-]+)/g)].map(([, parameter]) => parameter);
  expect(named).toHaveLength(3);
  expect(host === undefined ? {} : grantsOf(host)).toEqual({ 'ssm:GetParameter': named });
});

const PARAMETER = 'arn:aws:ssm:eu-west-1:111122223333:parameter';

test('a name that is made at run time and not granted is found, and so is one that is granted to nobody', () => {
  const machine = {
    definition: {
      States: {
        Take: {
          Resource: 'arn:aws:states:::aws-sdk:ssm:putParameter',
          Arguments: { Name: `{% '/cdk-cutover/shop/lock/' & $execution %}` },
        },
      },
    },
  } as unknown as StateMachine;
  const role = (...resources: string[]) =>
    ({
      policies: [{ statements: [{ Action: 'ssm:PutParameter', Resource: resources.map((each) => PARAMETER + each) }] }],
    }) as unknown as Role;
  expect(problemsOf(machine, role('/cdk-cutover/shop/lock/*'))).toEqual([]);
  expect(problemsOf(machine, role('/cdk-cutover/shop/lock'))).toEqual([
    'ssm:PutParameter on /cdk-cutover/shop/lock/* is not granted',
    'ssm:PutParameter on /cdk-cutover/shop/lock is granted, and no state asks for it',
  ]);
  expect(problemsOf(machine, role('/cdk-cutover/shop/lock/*', '/cdk-cutover/shop/journal'))).toEqual([
    'ssm:PutParameter on /cdk-cutover/shop/journal is granted, and no state asks for it',
  ]);
});
