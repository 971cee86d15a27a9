import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ValidationError } from '../../../validation-error';
import { packageRoot } from '../../package-root';

/** What jsii calls the type of a property. */
export interface DeclaredType {
  readonly primitive?: string;
  /** Of a class, an interface or an enum, e.g. `cdk-cutover.CacheEngine`, `aws-cdk-lib.Duration`. */
  readonly fqn?: string;
  readonly collection?: { readonly kind: 'array' | 'map'; readonly elementtype: DeclaredType };
  readonly union?: { readonly types: readonly DeclaredType[] };
}

export interface DeclaredProperty {
  readonly name: string;
  readonly type: DeclaredType;
  readonly optional?: boolean;
  readonly docs?: { readonly summary?: string };
}

export interface DeclaredParameter extends DeclaredProperty {
  readonly variadic?: boolean;
}

interface DeclaredMethod {
  readonly name: string;
  readonly static?: boolean;
  readonly parameters?: readonly DeclaredParameter[];
  readonly returns?: { readonly type: DeclaredType };
}

/** A class, an interface or an enum of this package's. */
export interface Declaration {
  readonly kind: 'class' | 'interface' | 'enum';
  readonly name: string;
  /** True of an interface that is stated as an object of properties. */
  readonly datatype?: boolean;
  readonly interfaces?: readonly string[];
  readonly properties?: readonly DeclaredProperty[];
  readonly methods?: readonly DeclaredMethod[];
  readonly initializer?: { readonly parameters?: readonly DeclaredParameter[] };
  readonly members?: readonly { readonly name: string }[];
  /** The file, from the folder of all sources, and the name in it. */
  readonly symbolId: string;
}

const OWN = 'cdk-cutover.';

let declared: ReadonlyMap<string, Declaration> | undefined;

/**
 * What jsii wrote down of the API as it compiled it, and the package ships for other languages: which property takes what.
 */
export function declarations(): ReadonlyMap<string, Declaration> {
  declared ??= read();
  return declared;
}

function read(): ReadonlyMap<string, Declaration> {
  const file = join(packageRoot(__dirname), '.jsii');
  if (!existsSync(file)) {
    throw new ValidationError(`${file} is missing: the package was not built. In a checkout, run: npm run build`);
  }
  const { types } = JSON.parse(readFileSync(file, 'utf8')) as { readonly types: Readonly<Record<string, Declaration>> };
  return new Map(Object.entries(types).map(([fqn, declaration]) => [fqn.slice(OWN.length), declaration]));
}

/** Undefined of what another package declares. */
export function ownDeclaration(fqn: string): Declaration | undefined {
  return fqn.startsWith(OWN) ? declarations().get(fqn.slice(OWN.length)) : undefined;
}

/** With those of the interfaces that it extends. */
export function propertiesOf({ properties = [], interfaces = [] }: Declaration): readonly DeclaredProperty[] {
  const inherited = interfaces.map(ownDeclaration).filter((each) => each !== undefined);
  return [...properties, ...inherited.flatMap(propertiesOf)];
}

/** Which functions make one: factories, and classes by `new`. */
export function makersOf(fqn: string): readonly string[] {
  const all = [...declarations().values()].filter(({ kind }) => kind === 'class');
  return all.flatMap(({ name, methods = [], initializer, interfaces = [] }) => {
    const factories = methods.filter(({ static: isStatic, returns }) => isStatic === true && returns?.type.fqn === fqn);
    const isOne = `${OWN}${name}` === fqn || interfaces.includes(fqn);
    return [
      ...(isOne && initializer !== undefined ? [`new ${name}`] : []),
      ...factories.map((factory) => `${name}.${factory.name}`),
    ];
  });
}

/** The names of an enum's members, and what each stands for. */
export function membersOf({ symbolId, members = [] }: Declaration): ReadonlyMap<string, unknown> {
  const [file = '', name = ''] = symbolId.split(':');
  // Loaded where it is asked for: what declares the enum checks its own properties by this file.
  const values = require(join(__dirname, '..', '..', '..', '..', file))[name] as Readonly<Record<string, unknown>>;
  return new Map(members.map((member) => [member.name, values[member.name]]));
}
