import type { IConstruct } from 'constructs';
import { inConstruct, ValidationError } from '../../validation-error';
import {
  type Declaration,
  type DeclaredType,
  declarations,
  ownDeclaration,
  propertiesOf,
} from './declared/declarations';
import { inWords, isOfType } from './declared/kinds';

type Stated = Readonly<Record<string, unknown>>;

/**
 * Plain JavaScript states whatever it likes: nothing, null, a text or `{}` where an engine is meant, an object for a list.
 * What reads it later would end in an error about a property of undefined, or deploy nonsense. Every property is held to the
 * type that the API declares, and those of objects in it too.
 *
 * @param name of the type of the properties, e.g. `CacheMigrationProps`
 * @param props what the app states
 * @param required what is to be stated, in words, by the name of the property. Absent: what its documentation says
 * @throws if a required one is missing, or one is of another kind
 */
export function assertStated(name: string, props: unknown, required: Readonly<Record<string, string>> = {}): void {
  const declaration = declarations().get(name);
  if (declaration === undefined) throw undeclared(name);
  if (!isOfType(props, { fqn: `cdk-cutover.${name}` })) {
    throw new ValidationError(`props: got ${shown(props)}; accepted is an object with the properties of ${name}.`);
  }
  for (const [property, what] of Object.entries(required)) {
    const value = (props as Stated)[property];
    if (value === undefined || value === null) throw missing(property, value, what);
  }
  assertProperties(declaration, props as Stated, '');
}

/**
 * The same for what a function or a constructor is told.
 *
 * @param of the class or interface and the function, e.g. `CacheEngine.redis`; the class alone for its constructor
 * @param told its arguments, by the names of its parameters
 */
export function assertTold(of: string, told: Stated): void {
  const [name = '', method] = of.split('.');
  const { methods, initializer } = declarations().get(name) ?? {};
  const { parameters } = (method === undefined ? initializer : methods?.find((each) => each.name === method)) ?? {};
  if (parameters === undefined) throw undeclared(of);
  for (const { name: parameter, type, optional, variadic } of parameters.filter((each) => each.name in told)) {
    const value = told[parameter];
    if (optional === true && value === undefined) continue;
    const declared: DeclaredType = variadic === true ? { collection: { kind: 'array', elementtype: type } } : type;
    assertOfType(`${of}: ${parameter}`, value, declared, optional === true);
  }
}

/** The same for what a function of a construct is told: the error ends with the construct's path. */
export function assertToldIn(construct: IConstruct, of: string, told: Stated): void {
  inConstruct(construct, () => assertTold(of, told));
}

/** In a checkout whose sources are newer than what was made of them. */
function undeclared(name: string): ValidationError {
  return new ValidationError(`The API that was built declares no ${name}. In a checkout, run: npm run build`);
}

function assertProperties(declaration: Declaration, props: Stated, prefix: string): void {
  for (const { name, type, optional, docs } of propertiesOf(declaration)) {
    const value = props[name];
    if (value !== undefined) assertOfType(`${prefix}${name}`, value, type, optional === true);
    else if (optional !== true) throw missing(`${prefix}${name}`, value, lowerFirst(docs?.summary ?? inWords(type)));
  }
}

function assertOfType(where: string, value: unknown, type: DeclaredType, optional: boolean): void {
  if (!isOfType(value, type)) {
    const instead = optional ? ', or leave it out' : '';
    throw new ValidationError(`${where}: got ${shown(value)}; accepted is ${inWords(type)}${instead}.`);
  }
  const { collection, fqn } = type;
  if (collection !== undefined) {
    const isList = collection.kind === 'array';
    for (const [key, each] of Object.entries(value as Stated)) {
      assertOfType(isList ? `${where}[${key}]` : `${where}.${key}`, each, collection.elementtype, false);
    }
  }
  const own = fqn === undefined ? undefined : ownDeclaration(fqn);
  if (own?.datatype === true) assertProperties(own, value as Stated, `${where}.`);
}

function missing(name: string, value: unknown, what: string): ValidationError {
  return new ValidationError(`${name}: got ${value}; it is required. State ${what.replace(/[.;:,]$/, '')}.`);
}

function lowerFirst(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return `the text '${value}'`;
  if (typeof value !== 'object') return `the ${typeof value} ${String(value)}`;
  const { name = 'Object' } = value.constructor ?? {};
  return name === 'Object' ? 'an object' : `an object of the class ${name}`;
}
