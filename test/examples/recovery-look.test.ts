import { removeTemporaryFolders } from '../rehearsal/assembly/written-assembly';
import { EXAMPLES, HOSTS, synthesized } from './example-under-test';

afterAll(removeTemporaryFolders);

interface Target {
  readonly Arn?: unknown;
}

// @see docs/aws-facts.md#sfn-status-events
test.each([...EXAMPLES, ...HOSTS])('%s is looked at every five minutes, whatever event is lost', (name) => {
  const { assembly } = synthesized(name);
  const looks = assembly.stateMachines().flatMap(({ type, arn }) => (type === 'EXPRESS' ? [arn] : []));
  const scheduled = assembly
    .resources('AWS::Events::Rule')
    .flatMap((rule) =>
      rule.property('ScheduleExpression') === 'rate(5 minutes)' && rule.property('State') === 'ENABLED'
        ? (rule.property('Targets') as readonly Target[]).map(({ Arn }) => Arn)
        : [],
    );
  expect(looks.length).toBeGreaterThan(0);
  expect(scheduled.sort()).toEqual(looks.sort());
});
