import type { NormalizedSchema } from '@smithy/core/schema';

/** Whose names a form has: AWS Query's, or EC2's. */
export type QueryNames = 'query' | 'ec2';

/** A form as a nested tree: `Filter.1.Value.2=a` is `{ Filter: { 1: { Value: { 2: 'a' } } } }`. */
interface Tree {
  [key: string]: Tree | string;
}

/** The input that a query form stands for. */
export function readForm(input: NormalizedSchema, form: URLSearchParams, names: QueryNames): Record<string, unknown> {
  const tree: Tree = {};
  for (const [path, value] of form) {
    insert(tree, path.split('.'), value);
  }
  return readStructure(input, tree, names);
}

function insert(tree: Tree, [key = '', ...rest]: readonly string[], value: string): void {
  if (rest.length === 0) {
    tree[key] = value;
    return;
  }
  const branch = tree[key];
  const next: Tree = typeof branch === 'object' ? branch : {};
  tree[key] = next;
  insert(next, rest, value);
}

function readStructure(schema: NormalizedSchema, tree: Tree, names: QueryNames): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, member] of schema.structIterator()) {
    const node = tree[formName(name, member, names)];
    if (node !== undefined) {
      result[name] = read(member, node, names);
    }
  }
  return result;
}

function read(schema: NormalizedSchema, node: Tree | string, names: QueryNames): unknown {
  if (typeof node === 'string') {
    return schema.isListSchema() ? [] : readScalar(schema, node);
  }
  if (schema.isListSchema()) {
    return readList(schema, node, names);
  }
  if (schema.isMapSchema()) {
    throw new Error(`A map in a query form is not supported here: ${schema.getName()}.`);
  }
  return readStructure(schema, node, names);
}

function readList(schema: NormalizedSchema, node: Tree, names: QueryNames): unknown[] {
  const item = schema.getValueSchema();
  const wrapper = item.getMergedTraits().xmlName ?? 'member';
  const isFlat = names === 'ec2' || schema.getMergedTraits().xmlFlattened === 1;
  const inner = isFlat ? node : node[wrapper];
  return typeof inner !== 'object'
    ? []
    : Object.keys(inner)
        .sort((left, right) => Number(left) - Number(right))
        .map((index) => read(item, inner[index] ?? '', names));
}

function readScalar(schema: NormalizedSchema, text: string): unknown {
  if (schema.isNumericSchema()) {
    return Number(text);
  }
  if (schema.isBooleanSchema()) {
    return text === 'true';
  }
  return schema.isTimestampSchema() ? new Date(text) : text;
}

function formName(name: string, member: NormalizedSchema, names: QueryNames): string {
  const traits = member.getMergedTraits();
  if (names === 'query') {
    return traits.xmlName ?? name;
  }
  const ec2 = String(traits.ec2QueryName ?? traits.xmlName ?? name);
  return ec2.charAt(0).toUpperCase() + ec2.slice(1);
}
