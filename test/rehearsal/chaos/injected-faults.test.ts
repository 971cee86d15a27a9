import type { FaultTarget } from '../../../rehearsal/aws/faults';
import { type InjectedFault, parseFault } from '../../../rehearsal/testbed/faults/injected-fault';
import { InjectedFaults } from '../../../rehearsal/testbed/faults/injected-faults';

const CALL = { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:ssm:putParameter' };
const STATES = new Map<string, { Type: string; Resource?: string }>([
  ['Fence', { Type: 'Parallel' }],
  ['Fence: revoke ingress', CALL],
  ['Write: it', CALL],
]);

/** Executions are called `NUMBER:ACTION` here. */
function testbed(...texts: string[]) {
  const injected: string[] = [];
  const told: InjectedFault[] = [];
  const faults = new InjectedFaults({
    faults: texts.map((text) => parseFault(text, STATES)),
    actionOf: (arn) => (['cutover', 'rollback', 'recover'] as const).find((action) => arn.endsWith(`:${action}`)),
    inject: (kind, arn) => injected.push(`${kind} ${arn}`),
    onInjected: (fault) => told.push(fault),
  });
  const call = (state: string, principalArn: string) => {
    const target: FaultTarget = { service: 'ssm', action: 'putParameter', state, principalArn };
    return faults.ofCalls(target)?.kind;
  };
  return { faults, injected, told, call };
}

test('a call is throttled fewer times than it is tried, denied until that is fixed, and its answer lost once', () => {
  const { faults, call } = testbed('Write: it:throttle', 'Fence: revoke ingress:denied');
  expect(Array.from({ length: 5 }, () => call('Write: it', '1:cutover'))).toEqual([
    ...['throttle', 'throttle', 'throttle'],
    ...[undefined, undefined],
  ]);
  expect(Array.from({ length: 9 }, () => call('Fence: revoke ingress', '1:cutover'))).toEqual(
    Array(9).fill('accessDenied'),
  );
  faults.fix([]);
  expect(call('Fence: revoke ingress', '2:recover')).toBeUndefined();
  const lossy = testbed('Write: it:lost-answer');
  expect([lossy.call('Write: it', '1:cutover'), lossy.call('Write: it', '1:cutover')]).toEqual([
    'loseAnswer',
    undefined,
  ]);
});

test('a fault of a state is injected when it is entered first, in an execution of the action that was named', () => {
  const { faults, injected, told } = testbed('Fence:abort@rollback', 'Fence:kill-agent');
  faults.entered('Fence', '1:cutover');
  faults.entered('Fence', '1:cutover');
  faults.entered('Fence', '2:rollback');
  faults.entered('Fence', '3:rollback');
  expect(injected).toEqual(['kill-agent 1:cutover', 'abort 2:rollback']);
  expect(told).toHaveLength(2);
});

test('a call that no state makes is let be, and so is that of another execution', () => {
  const { faults, call } = testbed('Write: it:denied@rollback');
  expect(
    faults.ofCalls({ service: 'ssm', action: 'putParameter', state: undefined, principalArn: '1:rollback' }),
  ).toBeUndefined();
  expect(call('Write: it', '1:cutover')).toBeUndefined();
  expect(call('Write: it', '2:rollback')).toBe('accessDenied');
});

test('what is fixed for good leaves faults of executions that are still to come', () => {
  const { faults, call } = testbed('Write: it:denied@cutover', 'Write: it:denied@rollback');
  faults.fix(['rollback']);
  expect([call('Write: it', '1:cutover'), call('Write: it', '2:rollback')]).toEqual([undefined, 'accessDenied']);
});

test.each([
  ['Fence', /accepted is STATE:KIND or STATE:KIND@ACTION/],
  ['Fence:explode', /got 'Fence:explode'; accepted is/],
  ['Fence:abort@retire', /ACTION one of prepare, cutover, rollback, recover/],
  ['Nowhere:abort', /no state 'Nowhere'\. It has 3, among them: Fence\./],
  ['Fence:denied', /denied fails a call, and 'Fence' calls no service\. These do: Fence: revoke ingress\./],
])('%s is refused', (text, refusal) => {
  expect(() => parseFault(text, STATES)).toThrow(refusal);
});
