import type { RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import { NotRehearsedError } from '../aws-error';

/** What of a request a rule can look at. */
export const FIELDS = [
  'path-pattern',
  'host-header',
  'http-header',
  'http-request-method',
  'query-string',
  'source-ip',
] as const;

export type Field = (typeof FIELDS)[number];

export const fieldOf = ({ Field: given }: RuleCondition): Field | undefined => FIELDS.find((field) => field === given);

/**
 * The values of a condition, of which one must match; a query string's as `key=value`, or the value alone.
 *
 * @throws NotRehearsedError of regular expressions
 */
export function valuesOf(condition: RuleCondition): readonly string[] {
  const { HostHeaderConfig: host, PathPatternConfig: path, HttpHeaderConfig: header } = condition;
  if ([condition, host, path, header].some((part) => part?.RegexValues !== undefined)) {
    throw new NotRehearsedError('A rule with RegexValues');
  }
  switch (fieldOf(condition)) {
    case 'host-header':
      return host?.Values ?? condition.Values ?? [];
    case 'path-pattern':
      return path?.Values ?? condition.Values ?? [];
    case 'http-header':
      return header?.Values ?? [];
    case 'http-request-method':
      return condition.HttpRequestMethodConfig?.Values ?? [];
    case 'query-string':
      return (condition.QueryStringConfig?.Values ?? []).map(({ Key: key, Value: value = '' }) =>
        key === undefined ? value : `${key}=${value}`,
      );
    case 'source-ip':
      return condition.SourceIpConfig?.Values ?? [];
    case undefined:
      return [];
  }
}

/** A condition as it is described: a host's or path's values stand in both places that can have them. */
export function described(condition: RuleCondition): RuleCondition {
  const values = [...valuesOf(condition)];
  switch (fieldOf(condition)) {
    case 'host-header':
      return { Field: 'host-header', Values: values, HostHeaderConfig: { Values: values } };
    case 'path-pattern':
      return { Field: 'path-pattern', Values: values, PathPatternConfig: { Values: values } };
    default:
      return condition;
  }
}
