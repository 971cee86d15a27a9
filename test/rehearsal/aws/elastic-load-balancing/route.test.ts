import type { RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import { type RoutedRequest, routeOf } from '../../../../rehearsal/aws/elastic-load-balancing/route';

const DEFAULT = { name: 'default', priority: 'default' as const, conditions: [] };
const rule = (name: string, ...conditions: RuleCondition[]) => ({ name, priority: 1, conditions });
const path = (...Values: string[]): RuleCondition => ({ Field: 'path-pattern', PathPatternConfig: { Values } });
const host = (...Values: string[]): RuleCondition => ({ Field: 'host-header', HostHeaderConfig: { Values } });
const query = (Value: string, Key?: string): RuleCondition => ({
  Field: 'query-string',
  QueryStringConfig: { Values: [{ Value, ...(Key !== undefined && { Key }) }] },
});
const REQUEST: RoutedRequest = { method: 'GET', host: 'shop.example.com', path: '/cart/items' };

const isMet = (condition: RuleCondition, request: Partial<RoutedRequest> = {}) =>
  routeOf([rule('rule', condition), DEFAULT], { ...REQUEST, ...request }).name === 'rule';

test('the first rule whose conditions are met answers, else the default rule', () => {
  const rules = [rule('api', path('/api/*')), rule('cart', path('/cart/*')), rule('all', path('*')), DEFAULT];
  const answered = (of: typeof rules, requested: string) => routeOf(of, { ...REQUEST, path: requested }).name;
  expect(answered(rules, '/cart/items')).toBe('cart');
  expect(answered(rules, '/api/v1')).toBe('api');
  expect(answered(rules, '/')).toBe('all');
  expect(answered([rules[0] ?? DEFAULT, DEFAULT], '/')).toBe('default');
});

test('all conditions must be met, but of one condition any value', () => {
  const rules = [rule('shop', host('shop.example.com', 'store.example.com'), path('/cart/*')), DEFAULT];
  expect(routeOf(rules, { ...REQUEST, host: 'store.example.com' }).name).toBe('shop');
  expect(routeOf(rules, { ...REQUEST, host: 'www.example.com' }).name).toBe('default');
  expect(routeOf(rules, { ...REQUEST, path: '/' }).name).toBe('default');
});

test.each([
  [path('/cart/*'), {}, true],
  [path('/cart'), {}, false],
  [path('/Cart/*'), {}, false],
  [path('/cart/item?'), {}, true],
  [path('/cart/items?'), {}, false],
  [path('/c.rt/*'), {}, false],
  [path('/*/items'), {}, true],
  [{ Field: 'path-pattern', Values: ['/cart/*'] }, {}, true],
  [host('SHOP.example.com'), {}, true],
  [host('*.example.com'), {}, true],
  [host('*.example.com'), { host: 'example.com' }, false],
  [host('sho?.example.com'), {}, true],
])('%j of %j: %s', (condition, request, met) => {
  expect(isMet(condition as RuleCondition, request)).toBe(met);
});

test('headers are found by a name in any case, and methods compared exactly', () => {
  const agent: RuleCondition = {
    Field: 'http-header',
    HttpHeaderConfig: { HttpHeaderName: 'User-Agent', Values: ['*chrome*'] },
  };
  expect(isMet(agent, { headers: { 'user-agent': 'Mozilla Chrome/1' } })).toBe(true);
  expect(isMet(agent, { headers: { accept: 'Chrome' } })).toBe(false);
  const post: RuleCondition = { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['POST'] } };
  expect(isMet(post, { method: 'POST' })).toBe(true);
  expect(isMet(post)).toBe(false);
});

test('a query string matches by key and value, or by the value of any key', () => {
  const request = { query: new URLSearchParams('version=V1&debug=') };
  expect(isMet(query('v1', 'version'), request)).toBe(true);
  expect(isMet(query('v*', 'Version'), request)).toBe(true);
  expect(isMet(query('v1'), request)).toBe(true);
  expect(isMet(query('v1', 'debug'), request)).toBe(false);
  expect(isMet(query('v1', 'version'))).toBe(false);
});

test('an address matches the ranges that it lies in', () => {
  const within: RuleCondition = { Field: 'source-ip', SourceIpConfig: { Values: ['192.0.2.0/24', '2001:db8::/32'] } };
  expect(isMet(within, { sourceIp: '192.0.2.7' })).toBe(true);
  expect(isMet(within, { sourceIp: '192.0.3.7' })).toBe(false);
  expect(isMet(within, { sourceIp: '2001:db8::1' })).toBe(true);
  expect(isMet(within)).toBe(false);
});

test('rules without a default one are no listener’s', () => {
  expect(() => routeOf([rule('api', path('/api/*'))], REQUEST)).toThrow('there is no default rule among them');
});
