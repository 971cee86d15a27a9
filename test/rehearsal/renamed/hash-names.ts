import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../assembly/written-assembly';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

const MANIFEST = 'cdk-cutover:manifest';

/**
 * Copies a cloud assembly, and calls every state and every phase of its migrations by a hash of its name: in definitions and
 * manifests, and so in journals and results. Anyone who still looks for a name finds nothing. Gives the copy's folder.
 */
export function hashNames(directory: string): string {
  const copy = temporaryFolder();
  cpSync(directory, copy, { recursive: true });
  for (const file of readdirSync(copy)) {
    if (!file.endsWith('.template.json')) continue;
    const template = JSON.parse(readFileSync(join(copy, file), 'utf8')) as { Resources: Record<string, JsonObject> };
    for (const machine of Object.values(template.Resources)) {
      const metadata = machine.Metadata as JsonObject | undefined;
      if (metadata?.[MANIFEST] === undefined) continue;
      const { names, machine: renamed } = renameMachine(machine.Properties as JsonObject);
      machine.Properties = renamed;
      const { phases = [], errands = [], retire = [], states = {}, ...rest } = metadata[MANIFEST] as JsonObject;
      const all = replaceStrings({ phases, errands, retire, states }, (text) => names.get(text) ?? text);
      metadata[MANIFEST] = { ...rest, ...(all as JsonObject) };
    }
    writeFileSync(join(copy, file), JSON.stringify(template));
  }
  return copy;
}

function renameMachine(properties: JsonObject) {
  const { DefinitionString: written } = properties;
  if (written === undefined)
    throw new Error('The definition is an object in S3: give its migration a stack of its own.');
  // Each reference stands for itself while the text is a definition.
  const references: Json[] = [];
  const text = flat(written, (reference) => `@@${references.push(reference) - 1}@@`);
  const { names, definition } = renamed(JSON.parse(text));
  const parts = JSON.stringify(definition).split(/@@(\d+)@@/);
  const joined = parts.map((part, index) => (index % 2 === 0 ? part : (references[Number(part)] ?? null)));
  return { names, machine: { ...properties, DefinitionString: { 'Fn::Join': ['', joined] } } };
}

function flat(part: Json, referred: (reference: Json) => string): string {
  if (typeof part === 'string') return part;
  const inner = (part as { 'Fn::Join'?: [string, Json[]] })['Fn::Join'];
  return inner === undefined ? referred(part) : inner[1].map((each) => flat(each, referred)).join(inner[0]);
}

function renamed(definition: JsonObject) {
  const names = new Map(namesOf(definition).map((name) => [name, hash(name)]));
  return { names, definition: renameStates(definition, names) };
}

const hash = (name: string) => `s${createHash('sha256').update(name).digest('hex').slice(0, 12)}`;

function namesOf(machine: JsonObject): string[] {
  return Object.entries((machine.States ?? {}) as Record<string, JsonObject>).flatMap(([name, state]) => [
    name,
    ...innerOf(state).flatMap(namesOf),
  ]);
}

const innerOf = ({ Branches: branches = [], ItemProcessor: items }: JsonObject): JsonObject[] =>
  [...(branches as JsonObject[]), items as JsonObject | undefined].filter((inner) => inner !== undefined);

function renameStates(machine: JsonObject, names: ReadonlyMap<string, string>): JsonObject {
  const { StartAt: start = '', States: states, ...rest } = machine;
  const called = (name: Json | undefined) => names.get(String(name)) ?? String(name);
  const next = (one: JsonObject): JsonObject => ({ ...one, ...('Next' in one && { Next: called(one.Next) }) });
  const rename = (state: JsonObject): JsonObject => {
    const {
      Branches: branches,
      ItemProcessor: items,
      Choices: choices,
      Catch: caught,
      Default: otherwise,
      ...own
    } = state;
    return {
      ...(replaceStrings(next(own), (text) => inExpression(text, names)) as JsonObject),
      ...(branches !== undefined && { Branches: (branches as JsonObject[]).map((one) => renameStates(one, names)) }),
      ...(items !== undefined && { ItemProcessor: renameStates(items as JsonObject, names) }),
      ...(otherwise !== undefined && { Default: called(otherwise) }),
      ...(choices !== undefined && {
        Choices: replaceStrings((choices as JsonObject[]).map(next), (text) => inExpression(text, names)),
      }),
      ...(caught !== undefined && {
        Catch: replaceStrings((caught as JsonObject[]).map(next), (text) => inExpression(text, names)),
      }),
    };
  };
  const all = Object.entries((states ?? {}) as Record<string, JsonObject>);
  return {
    ...rest,
    ...('StartAt' in machine && { StartAt: called(start) }),
    ...(states !== undefined && {
      States: Object.fromEntries(all.map(([name, state]) => [called(name), rename(state)])),
    }),
  };
}

/** As a text in it, or as a member of the result. */
function inExpression(text: string, names: ReadonlyMap<string, string>): string {
  if (!text.startsWith('{%')) return text;
  return text
    .replaceAll(/'([^']*)'/g, (literal, name: string) => (names.has(name) ? `'${names.get(name)}'` : literal))
    .replaceAll(/(\$result\.)(\w+)/g, (path, of: string, name: string) =>
      names.has(name) ? `${of}${names.get(name)}` : path,
    );
}

function replaceStrings(value: Json, replace: (text: string) => string): Json {
  if (typeof value === 'string') return replace(value);
  if (Array.isArray(value)) return value.map((item) => replaceStrings(item, replace));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, replaceStrings(member, replace)]));
}
