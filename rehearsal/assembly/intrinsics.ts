import { isObject, type Json, type JsonObject } from './json';

/** What a stack answers while its template is resolved. */
export interface TemplateScope {
  ref(name: string): Json | undefined;
  attribute(logicalId: string, attribute: string): Json;
  condition(name: string): boolean;
  mapping(map: string, first: string, second: string): Json | undefined;
  importValue(exportName: string): Json;
  stackOutput(stackName: string, output: string): Json;
  availabilityZones(region: string): readonly string[];
}

/**
 * A template value with every intrinsic function worked out. Dynamic references (`{{resolve:…}}`) stay as they are.
 * Undefined stands for `AWS::NoValue`.
 *
 * @throws Error naming a function that is not supported, or what could not be resolved.
 */
export function resolveIntrinsics(value: Json, scope: TemplateScope): Json | undefined {
  if (Array.isArray(value)) {
    return value.map((item: Json) => resolveIntrinsics(item, scope)).filter((item) => item !== undefined);
  }
  if (!isObject(value)) {
    return value;
  }
  const [key, ...others] = Object.keys(value);
  if (key !== undefined && others.length === 0 && isIntrinsic(key)) {
    return intrinsic(key, value[key] ?? null, scope);
  }
  const entries = Object.entries(value).map(([name, item]) => [name, resolveIntrinsics(item, scope)] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

/** A condition of the template's `Conditions`, or one written into `Fn::If`'s operands. */
export function resolveCondition(value: Json, scope: TemplateScope): boolean {
  if (isObject(value)) {
    const [[key, operand] = ['', null]] = Object.entries(value);
    switch (key) {
      case 'Condition':
        return scope.condition(String(operand));
      case 'Fn::Equals': {
        const [left, right] = list(operand).map((item) => resolveIntrinsics(item, scope));
        return JSON.stringify(left) === JSON.stringify(right);
      }
      case 'Fn::And':
        return list(operand).every((item) => resolveCondition(item, scope));
      case 'Fn::Or':
        return list(operand).some((item) => resolveCondition(item, scope));
      case 'Fn::Not':
        return !list(operand).some((item) => resolveCondition(item, scope));
    }
  }
  throw new Error(
    `Unsupported condition ${JSON.stringify(value)}; supported are Condition, Fn::Equals, And, Or and Not.`,
  );
}

const isIntrinsic = (key: string) => key === 'Ref' || key.startsWith('Fn::');

function intrinsic(name: string, operand: Json, scope: TemplateScope): Json | undefined {
  const resolved = (value: Json | undefined) => (value === undefined ? undefined : resolveIntrinsics(value, scope));
  const [first, second, third] = Array.isArray(operand) ? operand : [operand];
  switch (name) {
    case 'Ref':
      return scope.ref(String(operand));
    case 'Fn::GetAtt':
      return getAtt(operand, scope);
    case 'Fn::Join':
      return list(resolved(second)).map(asText).join(String(first));
    case 'Fn::Sub':
      return substitute(operand, scope);
    case 'Fn::Select':
      return select(Number(resolved(first)), list(resolved(second)));
    case 'Fn::Split':
      return asText(resolved(second)).split(String(first));
    case 'Fn::If':
      return resolved(scope.condition(String(first)) ? second : third);
    case 'Fn::FindInMap':
      return findInMap(
        [first, second, third].map((part) => asText(resolved(part))),
        scope,
      );
    case 'Fn::ImportValue':
      return scope.importValue(asText(resolved(operand)));
    case 'Fn::GetStackOutput':
      return stackOutput(resolved(operand), scope);
    case 'Fn::GetAZs':
      return scope.availabilityZones(asText(resolved(operand)));
    case 'Fn::Base64':
      return Buffer.from(asText(resolved(operand))).toString('base64');
    case 'Fn::ToJsonString':
      return JSON.stringify(resolved(operand));
    case 'Fn::Length':
      return list(resolved(operand)).length;
    default:
      throw new Error(`The intrinsic function ${name} is not supported.`);
  }
}

function getAtt(operand: Json, scope: TemplateScope): Json {
  const [logicalId, ...attribute] = Array.isArray(operand) ? operand.map(String) : String(operand).split('.');
  return scope.attribute(logicalId ?? '', attribute.join('.'));
}

function substitute(operand: Json, scope: TemplateScope): string {
  const [template, variables] = Array.isArray(operand) ? operand : [operand, {}];
  const own: JsonObject = isObject(variables) ? variables : {};
  return String(template).replace(/\$\{(!?)([^}]+)\}/g, (_whole, literal: string, name: string) => {
    if (literal === '!') {
      return `\${${name}}`;
    }
    const variable = own[name];
    const value =
      variable !== undefined
        ? resolveIntrinsics(variable, scope)
        : name.includes('.')
          ? getAtt(name, scope)
          : scope.ref(name);
    return asText(value);
  });
}

function select(index: number, items: readonly Json[]): Json {
  const item = items[index];
  if (item === undefined) {
    throw new Error(`Fn::Select asks for item ${index} of a list of ${items.length}.`);
  }
  return item;
}

function findInMap([map = '', first = '', second = '']: readonly string[], scope: TemplateScope): Json {
  const value = scope.mapping(map, first, second);
  if (value === undefined) {
    throw new Error(`Fn::FindInMap: the mapping ${map} has no ${first}.${second}.`);
  }
  return value;
}

function stackOutput(operand: Json | undefined, scope: TemplateScope): Json {
  if (!isObject(operand)) {
    throw new Error(
      `Fn::GetStackOutput takes an object with StackName and OutputName, not ${JSON.stringify(operand)}.`,
    );
  }
  return scope.stackOutput(asText(operand.StackName), asText(operand.OutputName));
}

function list(value: Json | undefined): readonly Json[] {
  if (!Array.isArray(value)) {
    throw new Error(`A list is needed, not ${JSON.stringify(value)}.`);
  }
  return value;
}

function asText(value: Json | undefined): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return String(value);
  }
  throw new Error(`A text is needed, not ${JSON.stringify(value)}.`);
}
