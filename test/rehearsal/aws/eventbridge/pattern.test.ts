import { matchesPattern } from '../../../../rehearsal/aws/eventbridge/pattern';

const event = {
  source: 'aws.states',
  resources: ['arn:1', 'arn:2'],
  detail: {
    status: 'FAILED',
    error: 'Agent.WritesContinue',
    input: '{"action":"cutover"}',
    output: null,
    count: 7,
    tags: [],
  },
};

test.each([
  [{ source: ['aws.states'] }, true],
  [{ source: ['aws.ec2'] }, false],
  [{ source: ['aws.ec2', 'aws.states'], detail: { status: ['FAILED'] } }, true],
  [{ source: ['aws.states'], detail: { status: ['ABORTED'] } }, false],
  [{ resources: ['arn:2'] }, true],
  [{ detail: { output: [null] } }, true],
  [{ detail: { count: [7] } }, true],
  [{ detail: { count: ['7'] } }, false],
  [{ detail: { missing: ['x'] } }, false],
  [{ detail: { error: [{ prefix: 'Agent.' }] } }, true],
  [{ detail: { error: [{ suffix: 'Continue' }] } }, true],
  [{ detail: { status: [{ 'equals-ignore-case': 'failed' }] } }, true],
  [{ detail: { input: [{ wildcard: '*"cutover"*' }] } }, true],
  [{ detail: { input: [{ wildcard: '*recover*' }] } }, false],
  [{ detail: { error: [{ 'anything-but': 'Agent.WritesContinue' }] } }, false],
  [{ detail: { error: [{ 'anything-but': ['Busy', 'RolledBack'] }] } }, true],
  [{ detail: { error: [{ 'anything-but': { prefix: 'Agent' } }] } }, false],
  [{ detail: { error: [{ 'anything-but': { suffix: ['x', 'Continue'] } }] } }, false],
  [{ detail: { input: [{ 'anything-but': { wildcard: '*recover*' } }] } }, true],
  [{ detail: { missing: [{ 'anything-but': ['Busy'] }] } }, false],
  [{ detail: { output: [{ 'anything-but': ['Busy'] }] } }, true],
  [{ detail: { error: [{ exists: true }] } }, true],
  [{ detail: { missing: [{ exists: false }] } }, true],
  [{ detail: { missing: [{ exists: true }] } }, false],
  [{ detail: { error: [{ exists: false }] } }, false],
  [{ detail: { count: [{ numeric: ['>', 5, '<=', 7] }] } }, true],
  [{ detail: { count: [{ numeric: ['=', 6] }] } }, false],
  [{ detail: { $or: [{ status: ['ABORTED'] }, { status: ['FAILED'], error: [{ prefix: 'Agent' }] }] } }, true],
  [{ detail: { $or: [{ status: ['ABORTED'] }, { status: ['FAILED'], error: ['Busy'] }] } }, false],
  [{ source: ['aws.ec2'], $or: [{ source: ['aws.states'] }] }, false],
])('%j: %s', (pattern, expected) => {
  expect(matchesPattern(pattern, event)).toBe(expected);
});

test.each([
  [{ detail: { ip: [{ cidr: '10.0.0.0/8' }] } }, 'comparison cidr is not supported'],
  [{ detail: { status: [{ prefix: 'F', suffix: 'D' }] } }, 'has one key, not prefix, suffix'],
  [{ source: 'aws.states' }, 'field source must be a list or an object'],
  [{ detail: { status: [{ prefix: 1 }] } }, 'prefix takes text, not 1'],
  [{ detail: { count: [{ numeric: ['~', 1] }] } }, 'numeric comparison "~" is not known'],
])('the pattern %j is refused', (pattern, message) => {
  expect(() => matchesPattern(pattern, { detail: { ip: '10.0.0.1', status: 'FAILED', count: 1 } })).toThrow(message);
});
