import { BlockList, isIPv6 } from 'node:net';
import type { RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import { matchesPattern } from '../policy/match';
import { fieldOf, valuesOf } from './condition-values';
import type { ListenerRule } from './listener-rule';

/** A request as a load balancer's rules see it. */
export interface RoutedRequest {
  readonly method: string;
  /** Without a port. */
  readonly host: string;
  /** With its leading slash, without the query. */
  readonly path: string;
  /** @default - no query string */
  readonly query?: URLSearchParams;
  /** By name, in whatever case. @default - no other headers */
  readonly headers?: Readonly<Record<string, string>>;
  /** @default - an address that no rule names */
  readonly sourceIp?: string;
}

/**
 * The rule that answers a request: the first by priority whose conditions are all met, else the default rule.
 *
 * @param rules all of one listener, by priority, the default one last
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
 */
export function routeOf<Rule extends Pick<ListenerRule, 'conditions' | 'priority'>>(
  rules: readonly Rule[],
  request: RoutedRequest,
): Rule {
  const rule = rules.find(
    ({ conditions, priority }) => priority === 'default' || conditions.every((condition) => isMet(condition, request)),
  );
  if (rule === undefined) {
    throw new Error('These are not all rules of a listener: there is no default rule among them.');
  }
  return rule;
}

/** Paths and methods are compared case by case, all else regardless of it. */
function isMet(condition: RuleCondition, request: RoutedRequest): boolean {
  const values = valuesOf(condition);
  const anyMatches = (texts: readonly string[], ignoreCase: boolean) =>
    values.some((value) => texts.some((text) => matchesPattern(value, text, ignoreCase)));
  switch (fieldOf(condition)) {
    case 'path-pattern':
      return anyMatches([request.path], false);
    case 'host-header':
      return anyMatches([request.host], true);
    case 'http-header':
      return anyMatches(headersNamed(condition.HttpHeaderConfig?.HttpHeaderName ?? '', request), true);
    case 'http-request-method':
      return values.includes(request.method);
    case 'query-string':
      return anyMatches(
        [...(request.query ?? [])].flatMap(([key, value]) => [`${key}=${value}`, value]),
        true,
      );
    case 'source-ip':
      return values.some((range) => isWithin(range, request.sourceIp));
    case undefined:
      return false;
  }
}

function headersNamed(name: string, { headers = {} }: RoutedRequest): readonly string[] {
  return Object.entries(headers)
    .filter(([key]) => key.toLowerCase() === name.toLowerCase())
    .map(([, value]) => value);
}

function isWithin(range: string, address: string | undefined): boolean {
  const [network = '', bits] = range.split('/');
  if (address === undefined || isIPv6(network) !== isIPv6(address)) {
    return false;
  }
  const family = isIPv6(network) ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family);
  return list.check(address, family);
}
