import { InvalidDefinition, parseDefinition } from '../../../../rehearsal/states-language';
import { ACTIVITY, block, expectAslValidator, machine, task } from '../harness';

/** `CODE location: message`, one a finding. */
function findingsIn(definition: unknown): string[] {
  try {
    parseDefinition(definition);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidDefinition)) throw error;
    return error.findings.map(({ code, location, message }) => `${code} ${location}: ${message}`);
  }
}

const pass = (fields: object = {}) => ({ Type: 'Pass', End: true, ...fields });
const one = (fields: object) => machine({ S: { Type: 'Pass', End: true, ...fields } });
const withoutEnd = ({ End: _, ...fields }: Record<string, unknown>) => fields;

describe('accepts', () => {
  test.each<[string, object]>([
    ['JSONata by the machine', machine({ S: pass() })],
    ['JSONata by each state', { StartAt: 'S', States: { S: pass({ QueryLanguage: 'JSONata' }) } }],
    [
      'comments and a version',
      machine({ S: pass({ Comment: '{% not evaluated %}' }) }, { Comment: 'c', Version: '1.0' }),
    ],
    ['an execution time-out', machine({ S: pass() }, { TimeoutSeconds: 60 })],
    [
      'names that an expression binds for itself',
      one({ Output: '{% ($f := function($n) { $n > 0 ? $f($n - 1) : $n }; $f(3)) %}' }),
    ],
    [
      'names within predicates, sorts, groupings and transforms',
      one({
        Output: '{% $states.input.items[price > 3]^(price){sku: price} ~> |$|{"a": b}| %}',
      }),
    ],
    ['names after a path’s first step', one({ Output: '{% $states.input.(first & last) %}' })],
    ['a reference to a variable that is never assigned', one({ Output: '{% $phone %}' })],
    [
      '$states.errorOutput in a catcher',
      machine({
        S: task({ Catch: [{ ErrorEquals: ['States.ALL'], Assign: { e: '{% $states.errorOutput %}' }, Next: 'T' }] }),
        T: pass(),
      }),
    ],
    [
      'an activity, a token and an optimized integration',
      machine({
        A: withoutEnd({ ...task({ Resource: ACTIVITY }), Next: 'B' }),
        B: withoutEnd({ ...task({ Resource: 'arn:aws:states:::sns:publish.waitForTaskToken' }), Next: 'C' }),
        C: task({ Resource: 'arn:aws:states:::http:invoke' }),
      }),
    ],
    [
      'the same variable in sibling branches',
      machine({
        P: {
          Type: 'Parallel',
          Branches: [block({ A: pass({ Assign: { x: 1 } }) }), block({ B: pass({ Assign: { x: 2 } }) })],
          End: true,
        },
      }),
    ],
    [
      'a loop that can be left',
      machine({
        Pause: { Type: 'Wait', Seconds: 1, Next: 'Again?' },
        'Again?': {
          Type: 'Choice',
          Choices: [{ Condition: '{% $states.input.again %}', Next: 'Pause' }],
          Default: 'Done',
        },
        Done: { Type: 'Succeed' },
      }),
    ],
  ])('%s', (_, definition) => {
    expect(findingsIn(definition)).toEqual([]);
    expect(findingsIn(JSON.stringify(definition))).toEqual([]);
    expectAslValidator(definition);
  });
});

describe('accepts what the service takes, though asl-validator does not:', () => {
  test.each<[string, object]>([
    ['an Output that is a literal string', one({ Output: 'done' })],
    ['an Output that is an array', one({ Output: ['{% 1 %}', 2] })],
    ['an expression of several lines', one({ Output: '{% {\n  "a": 1\n} %}' })],
    [
      'a Condition that is a literal',
      machine({ S: { Type: 'Choice', Choices: [{ Condition: true, Next: 'T' }], Default: 'T' }, T: pass() }),
    ],
  ])('%s', (_, definition) => {
    expect(findingsIn(definition)).toEqual([]);
    expectAslValidator(definition, false);
  });
});

describe('refuses, by name and place', () => {
  test.each<[string, unknown, string]>([
    ['text that is no JSON', '{', 'INVALID_JSON_DESCRIPTION : The definition is no JSON'],
    ['no definition at all', undefined, 'INVALID_JSON_DESCRIPTION'],
    [
      'more than 1 MiB',
      `"${'x'.repeat(1_048_576)}"`,
      'INVALID_JSON_DESCRIPTION : The definition has 1048578 bytes; accepted are 1048576',
    ],
    ['a missing StartAt', { QueryLanguage: 'JSONata', States: { S: pass() } }, 'SCHEMA_VALIDATION_FAILED /StartAt'],
    [
      'no state',
      { QueryLanguage: 'JSONata', StartAt: 'S', States: {} },
      'SCHEMA_VALIDATION_FAILED /States: Expected at least one state',
    ],
    [
      'an unknown top-level field',
      machine({ S: pass() }, { Timeout: 5 }),
      "SCHEMA_VALIDATION_FAILED /Timeout: Field 'Timeout' is not supported",
    ],
    [
      'an unknown state type',
      one({ Type: 'Sleep' }),
      'SCHEMA_VALIDATION_FAILED /States/S/Type: Unknown state type "Sleep"; accepted are Task, Pass',
    ],
    [
      'a state without type',
      one({ Type: undefined }),
      'SCHEMA_VALIDATION_FAILED /States/S/Type: Unknown state type (none given)',
    ],
    [
      'an unknown field',
      one({ Outptu: {} }),
      "SCHEMA_VALIDATION_FAILED /States/S/Outptu: Field 'Outptu' is not supported",
    ],
    [
      'a field of another type',
      one({ Arguments: {} }),
      "SCHEMA_VALIDATION_FAILED /States/S/Arguments: Field 'Arguments' is not supported",
    ],
    [
      'Retry where nothing is retried',
      one({ Retry: [] }),
      "SCHEMA_VALIDATION_FAILED /States/S/Retry: Field 'Retry' is not supported",
    ],
    [
      'both Next and End',
      machine({ S: pass({ Next: 'T' }), T: pass() }),
      'SCHEMA_VALIDATION_FAILED /States/S: Expected exactly one of Next and "End": true',
    ],
    [
      'neither Next nor End',
      machine({ S: { Type: 'Pass' } }),
      'SCHEMA_VALIDATION_FAILED /States/S: Expected exactly one of Next and "End": true',
    ],
    ['a name of 81 characters', machine({ ['n'.repeat(81)]: pass() }), 'SCHEMA_VALIDATION_FAILED'],
    [
      'both Seconds and Timestamp',
      machine({ S: { Type: 'Wait', Seconds: 1, Timestamp: '2026-03-14T01:59:00Z', End: true } }),
      'SCHEMA_VALIDATION_FAILED /States/S: Expected exactly one of Seconds and Timestamp',
    ],
    [
      'a Timestamp without zone',
      machine({ S: { Type: 'Wait', Timestamp: '2026-03-14T01:59:00', End: true } }),
      'SCHEMA_VALIDATION_FAILED /States/S/Timestamp: Expected a timestamp',
    ],
    [
      'a negative wait',
      machine({ S: { Type: 'Wait', Seconds: -1, End: true } }),
      'SCHEMA_VALIDATION_FAILED /States/S/Seconds: Expected an integer from 0',
    ],
    [
      'a time-out of 0',
      machine({ S: task({ TimeoutSeconds: 0 }) }),
      'SCHEMA_VALIDATION_FAILED /States/S/TimeoutSeconds: Expected an integer from 1',
    ],
    [
      'a heartbeat as long as the time-out',
      machine({ S: task({ TimeoutSeconds: 5, HeartbeatSeconds: 5 }) }),
      'SCHEMA_VALIDATION_FAILED /States/S/HeartbeatSeconds: Expected less than TimeoutSeconds',
    ],
    [
      'a BackoffRate below 1',
      machine({ S: task({ Retry: [{ ErrorEquals: ['E'], BackoffRate: 0.5 }] }) }),
      'SCHEMA_VALIDATION_FAILED /States/S/Retry[0]/BackoffRate',
    ],
    [
      'a MaxDelaySeconds of more than a year',
      machine({ S: task({ Retry: [{ ErrorEquals: ['E'], MaxDelaySeconds: 31_622_400 }] }) }),
      'SCHEMA_VALIDATION_FAILED /States/S/Retry[0]/MaxDelaySeconds',
    ],
    [
      'another JitterStrategy',
      machine({ S: task({ Retry: [{ ErrorEquals: ['E'], JitterStrategy: 'HALF' }] }) }),
      'SCHEMA_VALIDATION_FAILED /States/S/Retry[0]/JitterStrategy',
    ],
    [
      'an empty ErrorEquals',
      machine({ S: task({ Retry: [{ ErrorEquals: [] }] }) }),
      'SCHEMA_VALIDATION_FAILED /States/S/Retry[0]/ErrorEquals',
    ],
    [
      'States.ALL in company',
      machine({ S: task({ Retry: [{ ErrorEquals: ['States.ALL', 'E'] }] }) }),
      'SCHEMA_VALIDATION_FAILED /States/S/Retry[0]/ErrorEquals: States.ALL must appear alone',
    ],
    [
      'States.ALL before others',
      machine({
        S: task({
          Catch: [
            { ErrorEquals: ['States.ALL'], Next: 'T' },
            { ErrorEquals: ['E'], Next: 'T' },
          ],
        }),
        T: pass(),
      }),
      'SCHEMA_VALIDATION_FAILED /States/S/Catch[0]/ErrorEquals: States.ALL must be in the last entry',
    ],
    [
      'an error name that States. has not',
      machine({ S: task({ Retry: [{ ErrorEquals: ['States.Timeouts'] }] }) }),
      "SCHEMA_VALIDATION_FAILED /States/S/Retry[0]/ErrorEquals: Unknown error name 'States.Timeouts'",
    ],
    [
      'a Resource that is no ARN',
      machine({ S: task({ Resource: 'lambda' }) }),
      "SCHEMA_VALIDATION_FAILED /States/S/Resource: Resource 'lambda' is not one that a task can have",
    ],
    [
      'an action spelt as the API spells it',
      machine({ S: task({ Resource: 'arn:aws:states:::aws-sdk:route53:GetChange' }) }),
      'SCHEMA_VALIDATION_FAILED /States/S/Resource',
    ],
    [
      '.sync of an SDK integration',
      machine({ S: task({ Resource: 'arn:aws:states:::aws-sdk:rds:createDBCluster.sync' }) }),
      'SCHEMA_VALIDATION_FAILED /States/S/Resource',
    ],

    [
      'a dangling Next',
      machine({ S: { Type: 'Pass', Next: 'T' }, U: pass() }),
      "MISSING_TRANSITION_TARGET /States/S/Next: Missing transition target: no state 'T' in this scope, which has S, U",
    ],
    [
      'a dangling StartAt',
      machine({ S: pass() }, { StartAt: 'X' }),
      "MISSING_TRANSITION_TARGET /StartAt: Missing transition target: no state 'X'",
    ],
    [
      'a dangling Default',
      machine({ S: { Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'T' }], Default: 'X' }, T: pass() }),
      'MISSING_TRANSITION_TARGET /States/S/Default',
    ],
    [
      'a dangling rule',
      machine({ S: { Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'X' }], Default: 'T' }, T: pass() }),
      'MISSING_TRANSITION_TARGET /States/S/Choices[0]/Next',
    ],
    [
      'a dangling catcher',
      machine({ S: task({ Catch: [{ ErrorEquals: ['E'], Next: 'X' }] }) }),
      'MISSING_TRANSITION_TARGET /States/S/Catch[0]/Next',
    ],
    [
      'a Next out of a branch',
      machine({
        P: { Type: 'Parallel', Branches: [block({ A: { Type: 'Pass', Next: 'Z' }, B: pass() })], Next: 'Z' },
        Z: pass(),
      }),
      "MISSING_TRANSITION_TARGET /States/P/Branches[0]/States/A/Next: Missing transition target: no state 'Z' in this scope, which has A, B",
    ],
    [
      'a state that nothing leads to',
      machine({ S: pass(), T: pass() }),
      "MISSING_TRANSITION_TARGET /States/T: State 'T' is not reachable from 'S'",
    ],
    [
      'states that lead to one another only',
      machine({ S: pass(), T: { Type: 'Pass', Next: 'U' }, U: { Type: 'Pass', Next: 'T' } }),
      "MISSING_TRANSITION_TARGET /States/T: State 'T' is not reachable",
    ],
    [
      'a machine that cannot end',
      machine({ S: { Type: 'Pass', Next: 'T' }, T: { Type: 'Pass', Next: 'S' } }),
      'MISSING_END_STATE : No terminal state (Succeed, Fail or "End": true) can be reached from \'S\'',
    ],
    [
      'an iteration that cannot end',
      machine({ M: { Type: 'Map', ItemProcessor: block({ A: { Type: 'Pass', Next: 'A' } }), End: true } }),
      'MISSING_END_STATE /States/M/ItemProcessor',
    ],
    [
      'a name used twice, though in different scopes',
      machine({ P: { Type: 'Parallel', Branches: [block({ S: pass() }), block({ S: pass() })], End: true } }),
      "DUPLICATE_STATE_NAME /States/P/Branches[1]/States/S: State name 'S' is used twice",
    ],

    [
      'a name from the input document',
      one({ Output: { v: '{% phone %}' } }),
      "UNSUPPORTED_JSONATA_EXPRESSION /States/S/Output/v: Reference to 'phone' at the top level is not supported.",
    ],
    [
      'the input document itself',
      one({ Output: '{% $.phone %}' }),
      "UNSUPPORTED_JSONATA_EXPRESSION /States/S/Output: Reference to '$' at the top level is not supported.",
    ],
    [
      'the root',
      one({ Output: '{% $states.input[$$.x] %}' }),
      "UNSUPPORTED_JSONATA_EXPRESSION /States/S/Output: Reference to '$$' is not supported.",
    ],
    [
      'a name in a function’s body',
      one({ Output: '{% $map($states.input.a, function($x) { $x + b }) %}' }),
      "UNSUPPORTED_JSONATA_EXPRESSION /States/S/Output: Reference to 'b' at the top level",
    ],
    [
      'a name in an array of an object',
      one({ Output: { a: { b: ['{% phone %}'] } } }),
      "UNSUPPORTED_JSONATA_EXPRESSION /States/S/Output/a/b[0]: Reference to 'phone'",
    ],
    [
      'an intrinsic function',
      one({ Output: "{% States.Format('{}', 1) %}" }),
      "UNSUPPORTED_JSONATA_EXPRESSION /States/S/Output: Reference to 'States' at the top level",
    ],
    [
      '$eval',
      one({ Output: "{% $eval('1') %}" }),
      'UNSUPPORTED_JSONATA_EXPRESSION /States/S/Output: Function $eval is disabled in Step Functions; use $parse',
    ],
    [
      'an unknown function',
      one({ Output: '{% $frobnicate(1) %}' }),
      "UNSUPPORTED_JSONATA_EXPRESSION /States/S/Output: Function $frobnicate is neither JSONata's nor Step Functions'",
    ],
    [
      '$states.result before there is one',
      machine({ S: task({ Arguments: '{% $states.result %}' }) }),
      "UNSUPPORTED_JSONATA_EXPRESSION /States/S/Arguments: Field '$states.result' does not exist.",
    ],
    [
      '$states.result where there is none',
      one({ Output: '{% $states.result %}' }),
      "UNSUPPORTED_JSONATA_EXPRESSION /States/S/Output: Field '$states.result' does not exist.",
    ],
    [
      '$states.errorOutput outside a catcher',
      machine({ S: task({ Output: '{% $states.errorOutput.Error %}' }) }),
      "UNSUPPORTED_JSONATA_EXPRESSION /States/S/Output: Field '$states.errorOutput' does not exist.",
    ],
    [
      '$states.result in a catcher',
      machine({ S: task({ Catch: [{ ErrorEquals: ['E'], Output: '{% $states.result %}', Next: 'T' }] }), T: pass() }),
      "UNSUPPORTED_JSONATA_EXPRESSION /States/S/Catch[0]/Output: Field '$states.result' does not exist.",
    ],
    [
      'another field of $states',
      one({ Output: '{% $states.inptu %}' }),
      "UNSUPPORTED_JSONATA_EXPRESSION /States/S/Output: Field '$states.inptu' does not exist.",
    ],
    [
      'an expression that does not parse',
      one({ Output: { v: '{% $x[1,2) %}' } }),
      'INVALID_JSONATA_EXPRESSION /States/S/Output/v: Expected "]", got ","',
    ],
    [
      'an empty expression',
      one({ Output: '{%%}' }),
      'INVALID_JSONATA_EXPRESSION /States/S/Output: Unexpected end of expression',
    ],
    [
      'an operator of later JSONata than the service’s: ??',
      one({ Output: '{% $x ?? 1 %}' }),
      'INVALID_JSONATA_EXPRESSION /States/S/Output',
    ],
    [
      'an operator of later JSONata than the service’s: ?:',
      one({ Output: '{% $x ?: 1 %}' }),
      'INVALID_JSONATA_EXPRESSION /States/S/Output',
    ],
    [
      'a blank before an expression',
      one({ Output: ' {% $x %}' }),
      "INVALID_JSONATA_EXPRESSION /States/S/Output: A JSONata string must begin with '{%' and end with '%}'",
    ],
    [
      'text before an expression',
      one({ Output: { v: 'hello {% $x %}' } }),
      'INVALID_JSONATA_EXPRESSION /States/S/Output/v',
    ],
    [
      'an expression in a choice rule',
      machine({
        S: { Type: 'Choice', Choices: [{ Condition: '{% phone = 1 %}', Next: 'T' }], Default: 'T' },
        T: pass(),
      }),
      'UNSUPPORTED_JSONATA_EXPRESSION /States/S/Choices[0]/Condition',
    ],
    [
      'an expression in a Fail',
      machine({ S: { Type: 'Fail', Cause: '{% phone %}' } }),
      'UNSUPPORTED_JSONATA_EXPRESSION /States/S/Cause',
    ],
    [
      'an expression in a Map’s Items',
      machine({ S: { Type: 'Map', Items: '{% phone %}', ItemProcessor: block({ A: pass() }), End: true } }),
      'UNSUPPORTED_JSONATA_EXPRESSION /States/S/Items',
    ],
    [
      'an expression in an iteration',
      machine({
        M: { Type: 'Map', ItemProcessor: block({ A: pass({ Assign: { Next: '{% phone %}' } }) }), End: true },
      }),
      'UNSUPPORTED_JSONATA_EXPRESSION /States/M/ItemProcessor/States/A/Assign/Next',
    ],

    [
      'the variable “states”',
      one({ Assign: { states: 1 } }),
      "SCHEMA_VALIDATION_FAILED /States/S/Assign/states: Variable 'states' is reserved",
    ],
    [
      'a variable that is no identifier',
      one({ Assign: { 'a-b': 1 } }),
      "SCHEMA_VALIDATION_FAILED /States/S/Assign/a-b: Variable 'a-b' is no identifier",
    ],
    ['a variable of 81 characters', one({ Assign: { ['v'.repeat(81)]: 1 } }), 'SCHEMA_VALIDATION_FAILED'],
    [
      'a name of an outer scope assigned in a branch',
      machine({
        S: { Type: 'Pass', Assign: { x: 1 }, Next: 'P' },
        P: { Type: 'Parallel', Branches: [block({ A: pass({ Assign: { x: 2 } }) })], End: true },
      }),
      "SCHEMA_VALIDATION_FAILED /States/P/Branches[0]/States/A/Assign/x: Variable 'x' is assigned in an outer scope",
    ],
    [
      'a name that an outer catcher assigns',
      machine({
        M: {
          Type: 'Map',
          ItemProcessor: block({ A: pass({ Assign: { why: 2 } }) }),
          Catch: [{ ErrorEquals: ['E'], Assign: { why: 1 }, Next: 'T' }],
          Next: 'T',
        },
        T: pass(),
      }),
      "SCHEMA_VALIDATION_FAILED /States/M/ItemProcessor/States/A/Assign/why: Variable 'why' is assigned in an outer scope",
    ],

    [
      'a machine of JSONPath',
      { StartAt: 'S', States: { S: pass() } },
      "UNSUPPORTED /States/S: State 'S' is of QueryLanguage JSONPath (the default); only JSONata is run",
    ],
    [
      'a state of JSONPath in a machine of JSONata',
      one({ QueryLanguage: 'JSONPath' }),
      "SCHEMA_VALIDATION_FAILED /States/S: 'QueryLanguage' can not be 'JSONPath' if set to 'JSONata'",
    ],
    [
      'a JSONPath field',
      one({ ResultPath: '$.x' }),
      "UNSUPPORTED /States/S/ResultPath: Field 'ResultPath' is of the JSONPath query language",
    ],
    [
      'a distributed Map',
      machine({
        M: {
          Type: 'Map',
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
            ...block({ A: pass() }),
          },
          End: true,
        },
      }),
      'UNSUPPORTED /States/M/ItemProcessor/ProcessorConfig/Mode: Only Maps of Mode INLINE are run',
    ],
    [
      'an ItemReader',
      machine({ M: { Type: 'Map', ItemReader: {}, ItemProcessor: block({ A: pass() }), End: true } }),
      "UNSUPPORTED /States/M/ItemReader: Field 'ItemReader' is not supported: it belongs to a distributed Map",
    ],
    [
      'Credentials',
      machine({ S: task({ Credentials: { RoleArn: 'arn:aws:iam::123456789012:role/R' } }) }),
      "UNSUPPORTED /States/S/Credentials: Field 'Credentials' is not supported",
    ],
  ])('%s', (_, definition, expected) => {
    expect(findingsIn(definition)).toContainEqual(expect.stringContaining(expected));
  });
});

test('a dangling Next is told alone, without all that it cuts off', () => {
  const definition = machine({ S: { Type: 'Pass', Next: 'Typo' }, T: { Type: 'Pass', Next: 'U' }, U: pass() });
  expect(findingsIn(definition)).toEqual([expect.stringContaining('/States/S/Next')]);
});

test('every finding is told at once, in the words of CreateStateMachine', () => {
  const definition = one({ Assign: { a: '{% one %}', b: '{% two %}' }, Output: '{% $frobnicate() %}' });
  expect(findingsIn(definition)).toHaveLength(3);
  expect(() => parseDefinition(one({ Output: { v: '{% phone[0] %}' } }))).toThrow(
    "Invalid State Machine Definition: 'UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'phone' at the top level is not supported. at /States/S/Output/v'",
  );
});
