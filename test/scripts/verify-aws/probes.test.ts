import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { Scenario } from '../../../scripts/verify-aws/app/scenario';
import type { AwsClients } from '../../../scripts/verify-aws/aws-clients';
import type { Observed, Run } from '../../../scripts/verify-aws/night/observed';
import { callsOf } from '../../../scripts/verify-aws/night/service-call';
import { PROBES } from '../../../scripts/verify-aws/probes';
import type { Observation } from '../../../scripts/verify-aws/probes/probe';
import { factNames } from '../../../scripts/verify-aws/report/facts-of-table';
import { renderFacts, renderRows } from '../../../scripts/verify-aws/report/render';
import { factsSeen } from '../../../scripts/verify-aws/report/seen-facts';

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 28) + seconds * 1_000);

/** A call as a history tells it: entered, scheduled, started, and how it ended. */
function called(first: number, state: string, call: string, answer: object, seconds: number): HistoryEvent[] {
  const [service = '', resource = ''] = call.split(':');
  const event = (id: number, type: HistoryEvent['type'], more: object): HistoryEvent => ({
    id: first + id,
    previousEventId: first + id - 1,
    type,
    timestamp: at(seconds),
    ...more,
  });
  return [
    event(0, 'TaskStateEntered', { stateEnteredEventDetails: { name: state } }),
    event(1, 'TaskScheduled', {
      taskScheduledEventDetails: { resourceType: `aws-sdk:${service}`, resource, parameters: '{"A":1}' },
    }),
    event(2, 'TaskStarted', {}),
    event(3, 'error' in answer ? 'TaskFailed' : 'TaskSucceeded', {
      ...('error' in answer
        ? { taskFailedEventDetails: answer }
        : { taskSucceededEventDetails: { output: JSON.stringify(answer) } }),
    }),
  ];
}

function night(...events: HistoryEvent[]): Observed {
  const run: Run = {
    action: 'cutover',
    executionArn: 'arn',
    status: 'ABORTED',
    seconds: 1,
    said: '',
    events,
    calls: callsOf(events),
  };
  return {
    scenario: 'fenced',
    runs: [run],
    places: { zoneId: 'Z', zoneName: 'z', scratchGroupId: 'sg' },
    clients: {} as AwsClients,
    pace: { pollMs: 1, patienceMs: 1, runMs: 1 },
  };
}

const probe = (fact: string) => PROBES.find((one) => one.fact === fact);
const change = (status: string) => ({ ChangeInfo: { Id: 'C1', Status: status } });

test('every probe is of a fact of the table, and each fact has one at most', () => {
  const facts = PROBES.map(({ fact }) => fact);
  expect(facts.filter((fact) => !factNames().includes(fact))).toEqual([]);
  expect(new Set(facts).size).toBe(facts.length);
});

test('a call is read out of a history with its state, its answer and its error', () => {
  const events = [
    ...called(1, 'Read', 'ssm:getParameter', { Parameter: { Value: 'x' } }, 0),
    ...called(5, 'Write', 'ssm:putParameter.waitForTaskToken', { error: 'Ssm.E', cause: 'why' }, 1),
  ];
  expect(callsOf(events)).toMatchObject([
    { state: 'Read', service: 'ssm', action: 'getParameter', input: { A: 1 }, output: { Parameter: { Value: 'x' } } },
    { state: 'Write', action: 'putParameter', error: 'Ssm.E', cause: 'why' },
  ]);
});

test('a change that is in sync at once is not what the table says', async () => {
  const made = (status: string) => [
    ...called(1, 'Shift', 'route53:changeResourceRecordSets', change(status), 0),
    ...called(5, 'Ask', 'route53:getChange', change('INSYNC'), 30),
  ];
  expect(await probe('route53-change-in-sync')?.observe(night(...made('PENDING')))).toMatchObject({
    verdict: 'confirmed',
    what: expect.stringContaining('30 s later'),
  });
  expect(await probe('route53-change-in-sync')?.observe(night(...made('INSYNC')))).toMatchObject({
    verdict: 'refuted',
  });
  expect(await probe('route53-change-in-sync')?.observe(night())).toMatchObject({ verdict: 'not observed' });
});

test('a call that Step Functions does not take as it is spelt refutes the spelling', async () => {
  const refused = called(1, 'Read', 'ssm:getParameter', { error: 'States.Runtime', cause: 'not supported' }, 0);
  expect(await probe('sfn-sdk-java-names')?.observe(night(...refused))).toMatchObject({ verdict: 'refuted' });
});

test('a state that is entered after the stop refutes that nothing runs after it', async () => {
  const aborted: HistoryEvent = { id: 9, type: 'ExecutionAborted', timestamp: at(9) };
  const entered: HistoryEvent = { id: 10, type: 'PassStateEntered', timestamp: at(10) };
  const verdict = async (...events: HistoryEvent[]) =>
    (await probe('sfn-stop-runs-no-catch')?.observe(night(...events)))?.verdict;
  expect(await verdict(aborted)).toBe('confirmed');
  expect(await verdict(aborted, entered)).toBe('refuted');
});

test('a fact is refuted by any night that refutes it, and told of by name and cell', () => {
  const facts = factsSeen(
    new Map<Scenario, ReadonlyMap<string, Observation>>([
      ['cold', new Map([['route53-change-in-sync', { verdict: 'confirmed', what: 'in 20 s' }]])],
      ['fenced', new Map([['sfn-stop-runs-no-catch', { verdict: 'refuted', what: 'it went on' }]])],
    ]),
  );
  expect(facts.map(({ fact }) => fact)).toEqual(factNames());
  const text = renderFacts(facts);
  expect(text).toContain('refuted       sfn-stop-runs-no-catch\n                fenced: it went on');
  expect(text).toContain(`1 refuted, 1 confirmed, ${facts.length - 2} not observed`);
  expect(renderRows(facts, 'eu-west-1', at(0))).toBe(
    '| `route53-change-in-sync` | … | 2026-11-28, eu-west-1 |\n' +
      '| `sfn-stop-runs-no-catch` | … | **refuted** 2026-11-28, eu-west-1 |\n',
  );
});
