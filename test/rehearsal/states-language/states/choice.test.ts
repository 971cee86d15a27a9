import { block, machine, outputOf, run } from '../harness';

/** The specification's own example (Choice State, JSONata Choice Rules), with a state for each way out. */
const dispatch = machine({
  Value: { Type: 'Pass', Assign: { value: '{% $states.input.value %}' }, Next: 'Dispatch' },
  Dispatch: {
    Type: 'Choice',
    Choices: [
      { Condition: "{% $states.input.type != 'Private' %}", Next: 'Public' },
      {
        Condition: "{% $exists($value) and $type($value)='number' and $value>=20 and $value<30 %}",
        Assign: { decade: 'twenties' },
        Next: 'ValueInTwenties',
      },
      {
        Condition: '{% $states.input.rating >= $states.input.auditThreshold %}',
        Output: { excess: '{% $states.input.rating - $states.input.auditThreshold %}' },
        Next: 'StartAudit',
      },
    ],
    Default: 'RecordEvent',
    Assign: { decade: 'default' },
  },
  Public: { Type: 'Pass', Output: "{% 'public ' & $exists($decade) %}", End: true },
  ValueInTwenties: { Type: 'Pass', Output: "{% $decade & ' ' & $states.input.type %}", End: true },
  StartAudit: { Type: 'Pass', Output: "{% $states.input.excess & ' ' & $exists($decade) %}", End: true },
  RecordEvent: { Type: 'Pass', Output: '{% $decade %}', End: true },
});

test.each([
  [
    'the first rule that holds decides, and later ones are not evaluated',
    { type: 'Public', value: 23 },
    'public false',
  ],
  ['a rule’s Assign counts instead of the state’s', { type: 'Private', value: 23 }, 'twenties Private'],
  [
    'a rule’s Output becomes the input of its Next',
    { type: 'Private', value: 1, rating: 7, auditThreshold: 5 },
    '2 false',
  ],
  [
    'where no rule holds, the state’s own Assign goes with Default',
    { type: 'Private', value: 1, rating: 1, auditThreshold: 5 },
    'default',
  ],
])('%s', async (_, input, expected) => {
  expect(await outputOf(dispatch, { input })).toBe(expected);
});

test('a literal Condition is taken as it is', async () => {
  const definition = machine({
    Pick: {
      Type: 'Choice',
      Choices: [
        { Condition: false, Next: 'No' },
        { Condition: true, Next: 'Yes' },
      ],
    },
    No: { Type: 'Fail' },
    Yes: { Type: 'Pass', Output: { went: 'yes' }, End: true },
  });
  expect(await outputOf(definition)).toEqual({
    went: 'yes',
  });
});

const noDefault = {
  Pick: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'Done' }] },
  Done: { Type: 'Succeed' },
};

test('no rule and no Default is States.Runtime', async () => {
  const { result, trace } = await run(machine(noDefault));
  expect(result).toMatchObject({
    status: 'FAILED',
    error: 'States.Runtime',
    cause:
      "An error occurred while executing the state 'Pick' (entered at the event id #2). Failed to transition out of the state. The state does not point to a next state.",
  });
  expect(trace).toEqual(['1<0 ExecutionStarted', '2<0 ChoiceStateEntered Pick', '3<2 ExecutionFailed']);
});

test('a Choice without way out ends the execution past every Catch around it', async () => {
  const { result, trace } = await run(
    machine({
      Try: {
        Type: 'Parallel',
        Branches: [block(noDefault)],
        Retry: [{ ErrorEquals: ['States.ALL'] }],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Back' }],
        End: true,
      },
      Back: { Type: 'Pass', End: true },
    }),
  );
  expect(result).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  expect(trace.slice(2)).toEqual(['3<2 ParallelStateStarted', '4<3 ChoiceStateEntered Pick', '5<4 ExecutionFailed']);
});

test.each([
  ['{% $states.input.missing %}', 'returned nothing (undefined).'],
  ['{% "yes" %}', `returned an unexpected result type. Expected 'boolean', but was 'string' for value: "yes"`],
])('a Condition that is no boolean fails the state: %s', async (Condition, why) => {
  const { result, execution } = await run(
    machine({
      Pick: {
        Type: 'Choice',
        Choices: [
          { Condition: '{% false %}', Next: 'Done' },
          { Condition, Next: 'Done' },
        ],
        Default: 'Done',
      },
      Done: { Type: 'Succeed' },
    }),
  );
  const cause = `An error occurred while executing the state 'Pick' (entered at the event id #2). The JSONata expression '${Condition.slice(3, -3)}' specified for the field 'Choices[1]/Condition' ${why}`;
  expect(result).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError', cause });
  expect(execution.history[2]).toMatchObject({
    type: 'EvaluationFailed',
    evaluationFailedEventDetails: {
      state: 'Pick',
      location: 'Choices[1]/Condition',
      error: 'States.QueryEvaluationError',
      cause,
    },
  });
});

test('a rule’s Output and Assign are named by the rule when they fail', async () => {
  for (const [field, value] of [
    ['Output', { v: '{% $states.input.missing %}' }],
    ['Assign', { v: '{% $states.input.missing %}' }],
  ] as const) {
    const { execution } = await run(
      machine({
        Pick: { Type: 'Choice', Choices: [{ Condition: '{% true %}', [field]: value, Next: 'Done' }] },
        Done: { Type: 'Succeed' },
      }),
    );
    expect(execution.history[2]?.evaluationFailedEventDetails?.location).toBe(`Choices[0]/${field}/v`);
  }
});
