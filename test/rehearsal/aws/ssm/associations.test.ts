import { Associations } from '../../../../rehearsal/aws/ssm/associations';
import type { CommandOutcome } from '../../../../rehearsal/aws/ssm/command-invocations';
import { Documents } from '../../../../rehearsal/aws/ssm/documents';
import { ManagedInstances } from '../../../../rehearsal/aws/ssm/managed-instances';
import { testEnvironment } from '../test-environment';

const EVERY_MS = 30 * 60_000;

const association = {
  id: 'Batch-Apply',
  documentName: 'AWS-RunShellScript',
  instanceIds: ['i-0aaaaaaaaaaaaaaaa'],
  parameters: { commands: ['true'] },
  everyMs: EVERY_MS,
};

test('an association that fails at its time, in whatever way, has failed until it succeeds again', async () => {
  const { environment, clock } = testEnvironment();
  const well: CommandOutcome = { exitCode: 0, stdout: 'applied', stderr: '' };
  const outcomes: (CommandOutcome | Error)[] = [well, { ...well, exitCode: 3 }, new Error('The host is down.'), well];
  const associations = new Associations({
    environment,
    documents: new Documents([]),
    instances: new ManagedInstances(),
    run: async () => {
      const next = outcomes.shift();
      if (next === undefined || next instanceof Error) throw next ?? new Error('Nothing is left to run.');
      return next;
    },
  });
  const status = () =>
    associations.operations.describeAssociation.run({ AssociationId: association.id }).AssociationDescription?.Overview
      ?.Status;

  await associations.deploy(association);
  const told = [status()];
  for (let time = 0; time < 3; time += 1) {
    await clock.pass(EVERY_MS);
    told.push(status());
  }
  associations.stop();

  expect(told).toEqual(['Success', 'Failed', 'Failed', 'Success']);
  expect(associations.runs.map(({ outcome }) => outcome.stderr)).toEqual(['', '', 'The host is down.', '']);
});
