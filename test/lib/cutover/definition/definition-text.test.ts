import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Parallel, Pass, QueryLanguage, StateMachine, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import { DefinitionText } from '../../../../lib/cutover/definition/definition-text';
import { folded } from '../../../../lib/cutover/definition/folded-lines';

/** The lines of a definition, as the template has them. */
function lines(seconds: number): unknown[] {
  const stack = new Stack(new App(), 'Stack');
  const queue = new Queue(stack, 'Queue');
  const begin = Pass.jsonata(stack, 'Begin', { outputs: { queue: queue.queueArn, name: `to ${queue.queueName}!` } });
  const wait = Wait.jsonata(stack, 'Wait', { time: WaitTime.duration(Duration.seconds(seconds)) });
  new StateMachine(stack, 'Machine', {
    definitionBody: new DefinitionText(begin.next(wait)),
    queryLanguage: QueryLanguage.JSONATA,
    comment: 'Waits.',
  });
  return joinsOf(stack).flat();
}

/** The joins of a definition, each with its lines. */
function joinsOf(stack: Stack): unknown[][] {
  const [machine] = Object.values(Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine'));
  return partsOf(machine?.Properties.DefinitionString).map(partsOf);
}

function partsOf(join: Record<string, [string, unknown[]]>): Record<string, [string, unknown[]]>[] {
  const [separator, parts] = join['Fn::Join'] ?? [];
  expect(separator).toBe('\n');
  return parts as Record<string, [string, unknown[]]>[];
}

/** The joins of a definition with that many workers side by side, each with its notes to carry. */
function joinsOfWorkers(workers: readonly string[], notes: number): unknown[][] {
  const stack = new Stack(new App(), 'Stack');
  const carried = Object.fromEntries(
    Array.from({ length: notes }, (_, index) => [`note ${index}`, `what ${index} says`]),
  );
  const together = Parallel.jsonata(stack, 'Work');
  for (const name of workers) {
    const begin = Pass.jsonata(stack, `${name} begins`, { outputs: { name } });
    together.branch(begin.next(Pass.jsonata(stack, `${name} ends`, { outputs: { name } })));
  }
  new StateMachine(stack, 'Machine', {
    definitionBody: new DefinitionText(Pass.jsonata(stack, 'Carry', { outputs: carried }).next(together)),
    queryLanguage: QueryLanguage.JSONATA,
  });
  return joinsOf(stack);
}

const workers = (count: number) => Array.from({ length: count }, (_, index) => `Worker ${index}`);

test('a definition has one field a line, each state at the margin', () => {
  const text = lines(5).filter((line) => typeof line === 'string');
  expect(text).toContain(' "Comment": "Waits.",');
  expect(text).toContain('"Wait": {');
  expect(text).toContain(' "Seconds": 5,');
});

test('what fits into a line is one, and what has a reference in it is not', () => {
  expect(folded(['"Retry": [', ' {', '  "MaxAttempts": 0', ' }', '],', '"Next": "Then"'])).toEqual([
    '"Retry": [{"MaxAttempts": 0}],',
    '"Next": "Then"',
  ]);
  const reference = { 'Fn::Join': ['', [' "Name": "', { Ref: 'Name' }, '"']] } as const;
  expect(folded(['"Arguments": {', reference, '}'])).toEqual(['"Arguments": {', reference, '}']);
  const wide = ['"Output": {', ` "text": "${'x'.repeat(100)}"`, '}'];
  expect(folded(wide)).toEqual(wide);
});

test('states of branches and of items say the language of the state machine once', () => {
  const text = joinsOfWorkers(workers(3), 1)
    .flat()
    .filter((line) => JSON.stringify(line).includes('QueryLanguage'));
  expect(text).toEqual([' "QueryLanguage": "JSONata",']);
});

test('a reference stands in the line of its field', () => {
  const references = lines(5).filter((line) => typeof line !== 'string');
  expect(references).toEqual([
    { 'Fn::Join': ['', ['  "queue": "', { 'Fn::GetAtt': ['Queue4A7E3555', 'Arn'] }, '",']] },
    { 'Fn::Join': ['', ['  "name": "to ', { 'Fn::GetAtt': ['Queue4A7E3555', 'QueueName'] }, '!"']] },
  ]);
});

test('another value changes its own line and no other', () => {
  const [before, after] = [lines(5), lines(6)];
  expect(after.filter((line, index) => JSON.stringify(line) !== JSON.stringify(before[index]))).toEqual([
    ' "Seconds": 6,',
  ]);
});

test('no join has more elements than cfn-lint can follow', () => {
  const joins = joinsOfWorkers(workers(400), 1_500);
  expect(joins.length).toBeGreaterThan(100);
  expect(Math.max(joins.length, ...joins.map(({ length }) => length))).toBeLessThanOrEqual(400);
});

test('a state that is added leaves the others in the joins where they are', () => {
  const all = workers(60);
  const before = joinsOfWorkers(all.toSpliced(30, 1), 2).map((join) => JSON.stringify(join));
  const after = joinsOfWorkers(all, 2).map((join) => JSON.stringify(join));
  expect(after.filter((join) => !before.includes(join)).length).toBeLessThanOrEqual(3);
  expect(after.some((join) => join.includes('Worker 30 begins'))).toBe(true);
});

test('a line that is added to a long state leaves its other lines in the joins where they are', () => {
  const [before, after] = [joinsOfWorkers(workers(1), 1_500), joinsOfWorkers(workers(1), 1_501)];
  const known = new Set(before.map((join) => JSON.stringify(join)));
  expect(after.length).toBeGreaterThan(5);
  expect(after.filter((join) => !known.has(JSON.stringify(join))).length).toBeLessThanOrEqual(2);
});
