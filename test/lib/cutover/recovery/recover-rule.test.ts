import { type EventPattern, matchesPattern } from '../../../../rehearsal/aws/eventbridge/pattern';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { Surroundings } from '../../migration-under-test';

afterAll(removeTemporaryFolders);

const surroundings = new Surroundings();
surroundings.migrate({ migrationName: 'sessions' });
const [rule] = surroundings
  .deploy()
  .resources('AWS::Events::Rule')
  .filter((each) => each.property('Description') === 'An interrupted cutover is put back by itself.');
const pattern = rule?.property('EventPattern') as EventPattern;

const ended = (status: string, error: string | undefined, input: string) => ({
  source: 'aws.states',
  'detail-type': 'Step Functions Execution Status Change',
  detail: {
    stateMachineArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:sessions',
    ...{ status, error, input },
  },
});

test.each([
  ['FAILED', 'States.Runtime', '{"action":"cutover"}', true],
  // Whatever is in an input that is not the recovery's own.
  ['FAILED', 'States.Runtime', '{"action":"cutover","note":"clients must recover by 02:00"}', true],
  ['FAILED', 'States.Runtime', '{"action":"rollback","note":"\\"action\\":\\"recover\\""}', true],
  ['ABORTED', undefined, '{"action":"cutover"}', true],
  ['TIMED_OUT', undefined, '{"action":"recover"}', true],
  // Or recoveries that fail would follow each other.
  ['FAILED', 'States.Runtime', '{"action":"recover"}', false],
  ['FAILED', 'Busy', '{"action":"cutover"}', false],
  ['SUCCEEDED', undefined, '{"action":"cutover"}', false],
])('after %s with %s of %s a recovery starts: %s', (status, error, input, starts) => {
  expect(matchesPattern(pattern, ended(status, error, input))).toBe(starts);
});
