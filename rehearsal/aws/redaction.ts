import { NormalizedSchema } from '@smithy/core/schema';

/** A value with everything its schema calls sensitive left out, fit for a report. */
export function withoutSecrets(schema: NormalizedSchema, value: unknown): unknown {
  if (value === undefined || value === null) {
    return value;
  }
  if (isSensitive(schema)) {
    return '***';
  }
  if (Array.isArray(value)) {
    return schema.isListSchema() ? value.map((item) => withoutSecrets(schema.getValueSchema(), item)) : value;
  }
  if (typeof value !== 'object' || value instanceof Date || value instanceof Uint8Array) {
    return value;
  }
  if (schema.isMapSchema()) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, withoutSecrets(schema.getValueSchema(), item)]),
    );
  }
  if (!schema.isStructSchema()) {
    return value;
  }
  const members = new Map(schema.structIterator());
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      const member = members.get(name);
      return [name, member === undefined ? '***' : withoutSecrets(member, item)];
    }),
  );
}

const isSensitive = (schema: NormalizedSchema) => NormalizedSchema.of(schema).getMergedTraits().sensitive === 1;
