import { Duration } from 'aws-cdk-lib';
import * as lib from '../../lib';
import {
  type Declaration,
  type DeclaredParameter,
  type DeclaredType,
  declarations,
  membersOf,
  ownDeclaration,
  propertiesOf,
} from '../../lib/cutover/validations/declared/declarations';
import { inWords, isOfType } from '../../lib/cutover/validations/declared/kinds';
import { removeTemporaryFolders } from '../rehearsal/assembly/written-assembly';
import { StrangersApp } from './strangers-app';
import { samples } from './strangers-samples';

afterAll(removeTemporaryFolders);

const app = new StrangersApp();
const SAMPLES = samples(app);

/** What plain JavaScript may state, and what none of the types that are asked has. */
const WRONG: Readonly<Record<string, unknown>> = {
  null: null,
  'a text': 'text',
  'a number': 42,
  true: true,
  'an empty object': {},
  'an empty list': [],
  'a list of texts': ['text'],
  'a Duration': Duration.minutes(1),
  'a cache engine': lib.CacheEngine.valkey('8.1'),
  'a security group': app.users,
};

/** Values of the pool that are of the type, or that another test asks. */
const RIGHT: Readonly<Record<string, readonly string[]>> = {
  string: ['a text'],
  number: ['a number'],
  boolean: ['true'],
  any: Object.keys(WRONG),
  json: Object.keys(WRONG),
  array: ['an empty list', 'a list of texts'],
  map: ['an empty object'],
  struct: ['an empty object'],
  'aws-cdk-lib.Duration': ['a Duration'],
  'aws-cdk-lib.RemovalPolicy': ['a text'],
  'aws-cdk-lib.aws_cloudwatch.ComparisonOperator': ['a text'],
  'aws-cdk-lib.aws_cloudwatch.MetricOptions': ['an empty object'],
  // Whose rules let whole groups in.
  'aws-cdk-lib.aws_ec2.IPeer': ['a security group'],
  'aws-cdk-lib.aws_ec2.ISecurityGroup': ['a security group'],
  'aws-cdk-lib.aws_ec2.SubnetSelection': ['an empty object'],
  'aws-cdk-lib.aws_events.OnEventOptions': ['an empty object'],
  'aws-cdk-lib.aws_logs.RetentionDays': ['a number'],
  'aws-cdk-lib.aws_rds.StorageType': ['a text'],
  'cdk-cutover.CacheEngine': ['a cache engine'],
  'constructs.Construct': ['a security group'],
};

function nameOf({ primitive, collection, fqn = 'any' }: DeclaredType): string {
  return primitive ?? collection?.kind ?? (ownDeclaration(fqn)?.datatype === true ? 'struct' : fqn);
}

function wrongFor(type: DeclaredType): [string, unknown][] {
  const right = RIGHT[nameOf(type)] ?? [];
  return Object.entries(WRONG).filter(([name]) => !right.includes(name));
}

/** Of the right kind; what it says is none of what is asked here. */
function sampleOf({ primitive, collection, fqn = '' }: DeclaredType): unknown {
  if (primitive !== undefined) return { string: 'text', number: 1, boolean: true }[primitive];
  if (collection !== undefined) return collection.kind === 'array' ? [sampleOf(collection.elementtype)] : {};
  const own = ownDeclaration(fqn);
  if (own?.kind === 'enum') return [...membersOf(own).values()][0];
  return own?.datatype === true ? sampleProps(own) : SAMPLES.get(fqn);
}

function sampleProps(declaration: Declaration): Record<string, unknown> {
  const required = propertiesOf(declaration).filter(({ optional }) => optional !== true);
  return Object.fromEntries(required.map(({ name, type }) => [name, sampleOf(type)]));
}

/** A value in its place among what is right, and how an error calls the place. */
interface Stated {
  readonly where: string;
  readonly as: string;
  readonly value: unknown;
}

/** All that can be stated wrongly of a type: the value itself, and whatever is in it. */
function wrongOf(type: DeclaredType, where: string): Stated[] {
  const itself = wrongFor(type).map(([as, value]) => ({ where, as, value }));
  const { collection, fqn = '' } = type;
  if (collection !== undefined) {
    const [key, wrap] =
      collection.kind === 'array' ? ['[0]', (each: unknown) => [each]] : ['.one', (one: unknown) => ({ one })];
    return [
      ...itself,
      ...wrongOf(collection.elementtype, `${where}${key}`).map((stated) => ({ ...stated, value: wrap(stated.value) })),
    ];
  }
  const own = ownDeclaration(fqn);
  return own?.datatype === true ? [...itself, ...wrongProperties(own, `${where}.`)] : itself;
}

const asked = new Set<string>();

function remember({ name, interfaces = [] }: Declaration): void {
  asked.add(name);
  for (const extended of interfaces.map(ownDeclaration)) if (extended !== undefined) remember(extended);
}

function wrongProperties(declaration: Declaration, prefix: string): Stated[] {
  remember(declaration);
  const right = sampleProps(declaration);
  return propertiesOf(declaration).flatMap(({ name, type, optional }) => {
    const within = wrongOf(type, `${prefix}${name}`);
    const absent = { where: `${prefix}${name}`, as: 'undefined', value: undefined };
    return [...within, ...(optional === true ? [] : [absent])].map((stated) => ({
      ...stated,
      value: { ...right, [name]: stated.value },
    }));
  });
}

interface Call {
  readonly name: string;
  readonly parameters: readonly DeclaredParameter[];
  readonly call: (...told: unknown[]) => unknown;
}

let made = 0;

/** Every constructor and function of the API. */
const CALLS: Call[] = [...declarations().values()].flatMap((declaration): Call[] => {
  const { name, methods = [], initializer } = declaration;
  const theClass = (
    lib as unknown as Record<string, new (...told: unknown[]) => Record<string, (...told: unknown[]) => unknown>>
  )[name];
  const sample = SAMPLES.get(`cdk-cutover.${name}`) as Record<string, (...told: unknown[]) => unknown> | undefined;
  return [
    ...methods.map((method) => ({
      name: `${name}.${method.name}`,
      parameters: method.parameters ?? [],
      call: (...told: unknown[]) =>
        (method.static === true ? (theClass as never as typeof sample) : sample)?.[method.name]?.(...told),
    })),
    ...(initializer?.parameters === undefined
      ? []
      : [
          {
            name,
            parameters: initializer.parameters,
            call: (...told: unknown[]) => new (theClass as NonNullable<typeof theClass>)(...told),
          },
        ]),
  ];
});

/** What is wrong in one argument of a call, the others being right. */
const INPUTS = CALLS.flatMap(({ name, parameters, call }) =>
  parameters.flatMap((parameter, at) => {
    const { type, optional, variadic } = parameter;
    const own = ownDeclaration(type.fqn ?? '');
    const takesProps = own?.datatype === true && ['props', 'attrs'].includes(parameter.name);
    const stated = takesProps
      ? [...wrongFor(type).map(([as, value]) => ({ where: 'props', as, value })), ...wrongProperties(own, '')]
      : wrongOf(type, variadic === true ? `${parameter.name}[0]` : parameter.name);
    const absent =
      optional === true || variadic === true
        ? []
        : [{ where: takesProps ? 'props' : parameter.name, as: 'undefined', value: undefined }];
    return [...stated, ...absent].map((each) => ({
      ...each,
      of: name,
      make: () => {
        const told = parameters.map((other, index) =>
          index === at ? each.value : other.name === 'id' ? `Stated${made++}` : sampleOf(other.type),
        );
        return call(...told);
      },
    }));
  }),
);

const places = [...new Set(INPUTS.map(({ of, where }) => `${of} ${where}`))];

test.each(places)('%s takes what the API declares, and says so of all else', (place) => {
  const told = INPUTS.filter(({ of, where }) => `${of} ${where}` === place).map(({ where, as, make }) => {
    try {
      make();
      return `${as}: nothing is said`;
    } catch (error) {
      const { name, message } = error as Error;
      const isSaid =
        name === 'ValidationError' &&
        message.includes(where === 'props' ? ': got ' : `${where}: got `) &&
        /accepted is|it is required/.test(message);
      return isSaid ? undefined : `${as}: ${name}: ${message}`;
    }
  });
  expect(told.filter((each) => each !== undefined)).toEqual([]);
});

const methodsAsked = CALLS.filter(({ parameters }) => parameters.length > 0);

test(`that is of all ${methodsAsked.length} constructors and functions that take something`, () => {
  const told = new Set(INPUTS.map(({ of }) => of));
  expect(methodsAsked.map(({ name }) => name).filter((name) => !told.has(name))).toEqual([]);
  expect(methodsAsked.length).toBeGreaterThan(130);
});

test(`that is of every type of properties that the API has, by ${INPUTS.length} inputs`, () => {
  const structs = [...declarations().values()].filter(({ datatype }) => datatype === true);
  expect(structs.map(({ name }) => name).filter((name) => !asked.has(name))).toEqual([]);
  expect(INPUTS.length).toBeGreaterThan(4_000);
});

test.each([...SAMPLES].filter(([fqn]) => fqn !== 'constructs.Construct'))('%s is known by its kind', (fqn, sample) => {
  expect(isOfType(sample, { fqn })).toBe(true);
  expect(inWords({ fqn })).not.toMatch(/undefined/);
});
