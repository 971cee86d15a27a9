import type { NormalizedSchema } from '@smithy/core/schema';
import type { SdkOperation } from '../sdk-schemas';
import type { WireRequest } from './wire';

/** The labels of the path, where method and path are the operation's. */
export function matchPath(operation: SdkOperation, { method, path }: WireRequest): Record<string, string> | undefined {
  if (operation.http === undefined || operation.http.method !== method) {
    return undefined;
  }
  const template = pathParts(operation.http.path.replace(/\?.*$/, ''));
  const parts = pathParts(path);
  if (template.length !== parts.length) {
    return undefined;
  }
  const labels: Record<string, string> = {};
  for (const [index, piece] of template.entries()) {
    const part = decodeURIComponent(parts[index] ?? '');
    const label = /^\{(.+)\}$/.exec(piece)?.[1];
    if (label !== undefined && part !== '') {
      labels[label] = part;
    } else if (piece !== part) {
      return undefined;
    }
  }
  return labels;
}

/** A slash at the end makes no other path: `/2015-03-31/functions/` is Lambda's, and the SDK sends it as it is. */
const pathParts = (path: string) => path.replace(/(?<=.)\/$/, '').split('/');

export function fromQuery(input: NormalizedSchema, query: URLSearchParams): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const [name, member] of input.structIterator()) {
    const key = member.getMergedTraits().httpQuery;
    const value = key === undefined ? null : query.get(key);
    if (value !== null) {
      given[name] = member.isNumericSchema() ? Number(value) : member.isBooleanSchema() ? value === 'true' : value;
    }
  }
  return given;
}
