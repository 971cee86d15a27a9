import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Pass, QueryLanguage, StateMachine, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import { DefinitionText } from '../../../lib/cutover/definition-text';

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
  const [machine] = Object.values(Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine'));
  const [separator, parts] = machine?.Properties.DefinitionString['Fn::Join'] ?? [];
  expect(separator).toBe('\n');
  return parts;
}

test('a definition has one field a line', () => {
  const text = lines(5).filter((line) => typeof line === 'string');
  expect(text).toContain(' "Comment": "Waits.",');
  expect(text).toContain('  "Wait": {');
  expect(text).toContain('   "Seconds": 5,');
});

test('a reference stands in the line of its field', () => {
  const references = lines(5).filter((line) => typeof line !== 'string');
  expect(references).toEqual([
    { 'Fn::Join': ['', ['    "queue": "', { 'Fn::GetAtt': ['Queue4A7E3555', 'Arn'] }, '",']] },
    { 'Fn::Join': ['', ['    "name": "to ', { 'Fn::GetAtt': ['Queue4A7E3555', 'QueueName'] }, '!"']] },
  ]);
});

test('another value changes its own line and no other', () => {
  const [before, after] = [lines(5), lines(6)];
  expect(after.filter((line, index) => JSON.stringify(line) !== JSON.stringify(before[index]))).toEqual([
    '   "Seconds": 6,',
  ]);
});
