import { type Json, parseDefinition, startExecution, VirtualClock } from '../../../../rehearsal/states-language';
import { BoundedRegExp } from '../../../../rehearsal/states-language/jsonata/bounded-regexp';
import { machine, never } from '../harness';

/** What an expression gives in a Pass, or why it gives nothing. */
async function evaluate(expression: string, input: Json = {}, random?: () => number): Promise<unknown> {
  const definition = machine({ S: { Type: 'Pass', Output: `{% ${expression} %}`, End: true } });
  const options = { input, random, clock: new VirtualClock(), taskHandler: never };
  const result = await startExecution(parseDefinition(definition), options).result;
  if (result.status === 'SUCCEEDED') return result.output;
  expect(result.error).toBe('States.QueryEvaluationError');
  return result.cause?.replace(/^.*specified for the field 'Output' /, '');
}

test.each<[string, unknown]>([
  ['$partition([1,2,3,4,5], 2)', [[1, 2], [3, 4], [5]]],
  ['$partition([1,2,3,4,5], 2.9)', [[1, 2], [3, 4], [5]]],
  ['$partition([1,2], 0)', 'returned nothing (undefined).'],
  ['$partition([], 2)', 'returned nothing (undefined).'],
  ['$range(0, 10, 2)', [0, 2, 4, 6, 8, 10]],
  ['$range(1, 9, 3)', [1, 4, 7]],
  ['$range(5, 1, -2)', [5, 3, 1]],
  ['$range(-1.7, 2, 1)', [-1, 0, 1, 2]],
  ['$range(3, 3, 1)', 3],
  ['$range(1, 2)', 'returned nothing (undefined).'],
  ['$range(1, 5, -1)', 'returned nothing (undefined).'],
  ['$range(1, 360146, 1)', 'threw an error during evaluation. Expression evaluation memory limit exceeded'],
  ['$count($range(1, 360145, 1))', 360_145],
  ['$hash("input data", "SHA-1")', 'aaff4a450a104cd177d28d18d74485e8cae074b7'],
  ['$hash("", "MD5")', 'd41d8cd98f00b204e9800998ecf8427e'],
  ['$length($hash("x", "SHA-512"))', 128],
  ['$hash("x")', 'returned nothing (undefined).'],
  [
    '$hash("x", "sha1")',
    "threw an error during evaluation. Hash algorithm 'sha1' is unknown; accepted are MD5, SHA-1, SHA-256, SHA-384, SHA-512",
  ],
  ['$parse("{\\"a\\":[1,null]}")', { a: [1, null] }],
  ['$random(7) = $random(7) and $random(7) != $random(8)', true],
  ['$random(7) >= 0 and $random(7) < 1', true],
  ['$match($uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/) ? "v4" : "no"', 'v4'],
  ['$uuid() != $uuid()', true],
])('%s', async (expression, expected) => {
  expect(await evaluate(expression)).toEqual(expected);
});

test('$random() draws from the execution’s source', async () => {
  expect(await evaluate('$random()', {}, () => 0.375)).toBe(0.375);
});

test('$now() and $millis() tell the execution’s time', async () => {
  expect(await evaluate('[$now(), $millis(), $now("[Y0001]/[M01]")]')).toEqual([
    '2026-01-01T00:00:00.000Z',
    1_767_225_600_000,
    '2026/01',
  ]);
});

test('a regular expression that comes to no end is ended', () => {
  const endless = new BoundedRegExp(/^(a+)+$/, 0.2);
  expect(() => endless.exec(`${'a'.repeat(60)}!`)).toThrow('The regular expression /^(a+)+$/ took more than 0.2 s');
  expect(endless.exec('aaa')?.[1]).toBe('aaa');
});

test('a regular expression stays bounded, whatever else was compiled since its expression was', async () => {
  const exec = jest.spyOn(BoundedRegExp.prototype, 'exec');
  for (const other of ['1', '$now("[Y0001]")', '$states.context.State.Name']) {
    await evaluate(other);
    exec.mockClear();
    expect(await evaluate('$contains("bounded", /o.n/)')).toBe(true);
    expect(exec).toHaveBeenCalled();
  }
  exec.mockRestore();
});

test.each([
  ['$contains("abracadabra", /a.*a/)', true],
  ['$match("ababbabbcc", /a(b+)/).index', [0, 2, 5]],
  ['$replace("265USD", /([0-9]+)USD/, "$$$1")', '$265'],
  ['$split("so many  words", /\\s+/)', ['so', 'many', 'words']],
  ['$contains("ABC", /b/i)', true],
])('%s is what JSONata says', async (text, value) => expect(await evaluate(text)).toEqual(value));

test('$parse of what is no JSON fails the field', async () => {
  expect(await evaluate('$parse("nope")')).toMatch(/^threw an error during evaluation\. /);
});

test.each<[string, unknown]>([
  ['a path to one of many unwraps it', { e: '$states.input.list[n = 2].v', v: 'b' }],
  ['a path to several keeps the array', { e: '$states.input.list[n > 1].v', v: ['b', 'c'] }],
  ['an array built around a path stays one', { e: '[$states.input.list[n = 2].v]', v: ['b'] }],
  ['[] keeps a single result an array', { e: '$states.input.list[n = 2].v[]', v: ['b'] }],
  ['an array of the input with one item stays one', { e: '$states.input.single', v: [1] }],
  ['a null of the input is a value', { e: '$states.input.none', v: null }],
  ['an object leaves out what is nothing', { e: '{"a": $states.input.missing, "b": 1}', v: { b: 1 } }],
  ['numbers beyond JSON become strings', { e: '[1/0, -1/0]', v: ['Infinity', '-Infinity'] }],
])('%s', async (_, expectation) => {
  const { e, v } = expectation as { e: string; v: unknown };
  const input = {
    list: [
      { n: 1, v: 'a' },
      { n: 2, v: 'b' },
      { n: 3, v: 'c' },
    ],
    single: [1],
    none: null,
  };
  expect(await evaluate(e, input)).toEqual(v);
});

test.each<[string, string]>([
  ['$states.input.missing', 'returned nothing (undefined).'],
  ['$states.input.list[n = 9]', 'returned nothing (undefined).'],
  ['"a" + 1', 'threw an error during evaluation. T2001: The left side of the "+" operator must evaluate to a number'],
  ['$sum("x")', 'threw an error during evaluation. T0412: Argument 1 of function "sum" must be an array of "numbers"'],
  ['$error("stop here")', 'threw an error during evaluation. D3137: stop here'],
  ['function($x) { $x }', 'returned an unsupported result type.'],
  ['$sum', 'returned an unsupported result type.'],
  ['{"f": $sum}', 'returned an unsupported result type.'],
])('%s fails the field', async (expression, why) => {
  expect(await evaluate(expression, { list: [] })).toBe(why);
});

describe('one expression', () => {
  const nested = (n: number) => `($f := function($n) { $n = 0 ? 0 : 1 + $f($n - 1) }; $f(${n}))`;

  test('may nest 100 levels, as on AWS: 100 terms, 99 parentheses, a recursion of 31', async () => {
    expect(await evaluate(Array(100).fill('1').join('+'))).toBe(100);
    expect(await evaluate(`${'('.repeat(99)}1${')'.repeat(99)}`)).toBe(1);
    expect(await evaluate(nested(31))).toBe(31);
  });

  test('fails beyond', async () => {
    const refusal = 'threw an error during evaluation. Stack overflow error: Depth=101 max=100';
    expect(await evaluate(Array(101).fill('1').join('+'))).toBe(refusal);
    expect(await evaluate(nested(32))).toBe(refusal);
  });

  // As jsonata-java 0.9.9 counts: a frame with a constructor of two or more members costs a level for good.
  test.each<[string, string, number]>([
    ['a list in a lambda', '$map([1..N], function($v) { [$v, 0][0] })', 98],
    ['an object in a lambda', '$map([1..N], function($v) { {"a": $v, "b": 1} })', 98],
    [
      'a list in a lambda in a lambda',
      "$map([1..N], function($v) { $sift({'a': 1, 'b': 2}, function($w, $k) { $k in ['a', 'c'] }) })",
      19,
    ],
    ['a block for each of many', '[1..N].($v := $; {"a": $v, "b": 1})', 97],
  ])('has room for %s so many times, and once more overflows', async (_, source, times) => {
    const overflows = 'Stack overflow error: Depth=101 max=100';
    expect(String(await evaluate(source.replace('N', String(times))))).not.toContain(overflows);
    expect(await evaluate(source.replace('N', String(times + 1)))).toContain(overflows);
  });

  test.each([
    '$map([1..2000], function($v) { $v in $states.input.list ? 1 : 0 })',
    '[1..2000].{"a": $, "b": [$, 1]}',
    '$map([1..2000], function($v) { {"a": $v} })',
    '$reduce([1..2000], function($sum, $v) { $sum + $v })',
  ])('has room for %s', async (source) => {
    expect(String(await evaluate(source, { list: [1] }))).not.toContain('Stack overflow');
  });

  test('hands over a lambda, and no built-in function that requires fewer arguments than it is given', async () => {
    const input = { a: { b: 1 } };
    const reduce = (given: string) => evaluate(`$reduce(["a", "b"], ${given}, $states.input)`, input);
    expect(await reduce('function($o, $k) { $lookup($o, $k) }')).toBe(1);
    for (const given of ['$lookup', '$states.input.a ? $lookup : $append']) {
      expect(await reduce(given)).toContain('D3050');
    }
    expect(await evaluate('$reduce([[1], [2]], $append)')).toEqual([1, 2]);
    expect(await evaluate('$map(["a", "b"], $uppercase)')).toEqual(['A', 'B']);
    expect(await evaluate('$map(["a b"], $substring)')).toContain('write function($value, $index)');
  });

  test('that never ends is ended', async () => {
    expect(await evaluate('($f := function($n) { $f($n + 1) }; $f(0))')).toBe(
      'threw an error during evaluation. Evaluation took more than 1000 ms of processor time',
    );
  });
});
