import { SecretValue, type Stack } from 'aws-cdk-lib';
import { Authorization, Connection, HttpParameter, type IConnection } from 'aws-cdk-lib/aws-events';
import type { IWorkload } from '../../../../lib';
import { ControlPlane } from '../../../../rehearsal/aws/control-plane';
import { ScriptedStateMachines } from '../../../../rehearsal/aws/integration/scripted-state-machines';
import { Sfn } from '../../../../rehearsal/aws/sfn/sfn';
import { VirtualClock } from '../../../../rehearsal/states-language';
import { testEnvironment } from '../../../rehearsal/aws/test-environment';
import { journalKeeper, Night } from '../night';

export const API_KEY = 'a-key-of-the-tests';
export const APPLICATION_KEY = 'another-key-of-the-tests';
const SECRETS: Readonly<Record<string, string>> = { key: API_KEY, application: APPLICATION_KEY };

/** With both names that APIs of the tests know a key by. */
export const connectionIn = (stack: Stack): IConnection =>
  new Connection(stack, 'Connection', {
    authorization: Authorization.apiKey('x-api-key', SecretValue.secretsManager('api', { jsonField: 'key' })),
    headerParameters: {
      'dd-api-key': HttpParameter.fromSecret(SecretValue.secretsManager('api', { jsonField: 'key' })),
      'dd-application-key': HttpParameter.fromSecret(SecretValue.secretsManager('api', { jsonField: 'application' })),
    },
  });

/** A night whose HTTP tasks really call what stands for a host. */
export function nightWithHttp(
  workload: (stack: Stack) => IWorkload,
  endpointOf: (host: string) => string | undefined,
  clock = new VirtualClock(),
): Night {
  const { environment } = testEnvironment();
  const ssm = journalKeeper(environment);
  const sfn = new Sfn({ environment, activityArns: [], runner: new ScriptedStateMachines(environment.clock, []) });
  const plane = new ControlPlane({ environment, services: [ssm, sfn] });
  return new Night(plane, (stack) => [workload(stack)], {
    clock,
    integrations: { sfn, endpointOf, secretValue: (_id, key = '') => SECRETS[key] ?? '' },
  });
}
