import type { Stack } from 'aws-cdk-lib';
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Workload } from '../../../lib';
import { ControlPlane } from '../../../rehearsal/aws/control-plane';
import { ScriptedStateMachines } from '../../../rehearsal/aws/integration/scripted-state-machines';
import { Sfn } from '../../../rehearsal/aws/sfn/sfn';
import { TaskFailure } from '../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { testEnvironment } from '../../rehearsal/aws/test-environment';
import { journalKeeper, Night } from './night';

afterAll(removeTemporaryFolders);

const ARN = 'arn:aws:states:eu-west-1:111122223333:stateMachine:jobs';

function stage(run: (input: unknown) => Promise<unknown>) {
  const { environment } = testEnvironment();
  const told: unknown[] = [];
  const runner = new ScriptedStateMachines(environment.clock, [
    {
      arn: ARN,
      run: (input) => {
        told.push(input);
        return run(input);
      },
    },
  ]);
  const ssm = journalKeeper(environment);
  const sfn = new Sfn({ environment, activityArns: [], runner });
  const plane = new ControlPlane({ environment, services: [ssm, sfn] });
  const workload = (stack: Stack) => [
    Workload.stateMachine({ name: 'jobs', stop: StateMachine.fromStateMachineArn(stack, 'Jobs', ARN) }),
  ];
  const integrations = { sfn, secretValue: () => '', endpointOf: () => undefined };
  return { night: new Night(plane, workload, { integrations }), told };
}

test('it is told to stop, and to start again', async () => {
  const { night, told } = stage(() => Promise.resolve('done'));
  await night.survey();
  expect(await night.quiesce()).toMatchObject({ status: 'SUCCEEDED' });
  expect(await night.resume()).toMatchObject({ status: 'SUCCEEDED' });
  expect(told).toMatchObject([
    { action: 'stop', migration: 'night' },
    { action: 'start', migration: 'night' },
  ]);
});

test('one that fails to stop is not taken for quiet', async () => {
  const { night } = stage(() => Promise.reject(new TaskFailure('JobsRun', 'one of them did not end')));
  await night.survey();
  expect(await night.quiesce()).toMatchObject({ status: 'FAILED', cause: expect.stringContaining('JobsRun') });
});
