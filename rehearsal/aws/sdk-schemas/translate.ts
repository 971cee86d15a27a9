import type { NormalizedSchema } from '@smithy/core/schema';
import { memberName } from './java-names';
import { sdkOperation } from './operations';
import type { SdkServiceNames } from './services';
import { isStringInJava, membersOf, typeName } from './structure';

/**
 * A task's evaluated arguments, under the SDK for JavaScript's own names and types.
 *
 * @throws Error naming the path of a parameter that the operation does not have.
 */
export async function fromJava(identifier: string, action: string, value: unknown): Promise<Record<string, unknown>> {
  const operation = await sdkOperation(identifier, action);
  const input = new ToSdk(operation.service).value(operation.input, value ?? {}, '');
  if (!isRecord(input)) {
    throw new Error(`The arguments of ${identifier}:${action} must be an object.`);
  }
  return input;
}

/** An operation's output as a state machine sees it: names of the SDK for Java 2, times as ISO 8601 text. */
export async function toJava(identifier: string, action: string, output: unknown): Promise<Record<string, unknown>> {
  const operation = await sdkOperation(identifier, action);
  const result = new ToJava(operation.service).value(operation.output, output);
  return isRecord(result) ? result : {};
}

class ToSdk {
  constructor(private readonly service: SdkServiceNames) {}

  value(schema: NormalizedSchema, value: unknown, path: string): unknown {
    if (value === null || value === undefined) {
      return undefined;
    }
    if (schema.isStructSchema()) {
      return this.structure(schema, value, path);
    }
    if (schema.isListSchema()) {
      return Array.isArray(value)
        ? value.map((item, index) => this.value(schema.getValueSchema(), item, `${path}[${index}]`))
        : value;
    }
    if (schema.isMapSchema()) {
      return isRecord(value)
        ? Object.fromEntries(
            Object.entries(value).map(([key, item]) => [
              key,
              this.value(schema.getValueSchema(), item, `${path}.${key}`),
            ]),
          )
        : value;
    }
    return typeName(schema) === 'timestamp' && typeof value === 'string' ? new Date(value) : value;
  }

  private structure(schema: NormalizedSchema, value: unknown, path: string): unknown {
    if (!isRecord(value)) {
      return value;
    }
    const members = membersOf(this.service, schema);
    const result: Record<string, unknown> = {};
    for (const [name, item] of Object.entries(value)) {
      const member = members.get(name);
      const where = path === '' ? name : `${path}.${name}`;
      if (member === undefined) {
        throw new Error(`Unknown parameter ${where}; known are ${[...members.keys()].join(', ')}.`);
      }
      result[member.name] = isStringInJava(this.service, member.name)
        ? Number(item)
        : this.value(member.schema, item, where);
    }
    return result;
  }
}

class ToJava {
  constructor(private readonly service: SdkServiceNames) {}

  value(schema: NormalizedSchema, value: unknown): unknown {
    if (value === null || value === undefined) {
      return undefined;
    }
    if (value instanceof Date) {
      return instant(value);
    }
    if (value instanceof Uint8Array) {
      throw new Error(`${schema.getName() ?? 'A blob'}: binary results of SDK integrations are not supported here.`);
    }
    if (Array.isArray(value)) {
      return value.map((item) => this.value(schema.getValueSchema(), item));
    }
    return isRecord(value) ? this.record(schema, value) : value;
  }

  private record(schema: NormalizedSchema, value: Record<string, unknown>): unknown {
    const entries = schema.isMapSchema()
      ? Object.entries(value).map(([key, item]) => [key, this.value(schema.getValueSchema(), item)] as const)
      : [...schema.structIterator()].map(
          ([name, member]) => [memberName(name), this.member(name, member, value[name])] as const,
        );
    return Object.fromEntries(entries.filter(([, item]) => item !== undefined));
  }

  private member(name: string, schema: NormalizedSchema, value: unknown): unknown {
    if (value !== undefined && isStringInJava(this.service, name)) {
      return String(value);
    }
    // The Java SDK's Route53IdInterceptor takes `/change/` and the like off every id.
    if (this.service.identifier === 'route53' && name === 'Id' && typeof value === 'string') {
      return value.replace(/^\/(hostedzone|change|healthcheck|delegationset)\//, '');
    }
    return this.value(schema, value);
  }
}

/** As Java's `Instant.toString`, which leaves out a fraction of zero. */
const instant = (date: Date) => date.toISOString().replace('.000Z', 'Z');

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
