import { App, Duration, Stack } from 'aws-cdk-lib';
import { type DatadogMonitorsWorkloadProps, Workload } from '../../../../lib';
import { Datadog } from '../../../../rehearsal/endpoints/datadog';
import { VirtualClock } from '../../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { API_KEY, APPLICATION_KEY, connectionIn, nightWithHttp } from './night-with-http';

afterAll(removeTemporaryFolders);

const MONITORS = [4711, 4712, 4713];
const clock = new VirtualClock();
let later = 0;
let datadog: Datadog;

beforeEach(async () => {
  later = 0;
  const now = () => clock.now() + later;
  datadog = await Datadog.start({ apiKey: API_KEY, applicationKey: APPLICATION_KEY, monitorIds: MONITORS, now });
});
afterEach(() => datadog.stop());

const mutedIn = (stack: Stack, props: Partial<DatadogMonitorsWorkloadProps> = {}) =>
  Workload.datadogMonitors({ connection: connectionIn(stack), monitorIds: MONITORS, site: 'datadoghq.eu', ...props });

const night = (props: Partial<DatadogMonitorsWorkloadProps> = {}) =>
  nightWithHttp(
    (stack) => mutedIn(stack, props),
    (host) => (host === 'api.datadoghq.eu' ? datadog.origin : undefined),
    clock,
  );

const muted = () => MONITORS.map((id) => datadog.isMuted(id));

test('monitors are muted, and afterwards are not', async () => {
  const each = night();
  await each.survey();
  expect(await each.quiesce()).toMatchObject({ status: 'SUCCEEDED' });
  expect(muted()).toEqual([true, true, true]);
  expect(await each.resume()).toMatchObject({ status: 'SUCCEEDED' });
  expect(muted()).toEqual([false, false, false]);
});

test('one that somebody else has muted stays muted', async () => {
  datadog.downtimes.add({ monitorId: 4712, scope: '*', byMonitor: true });
  const each = night();
  await each.survey();
  for (const step of [each.quiesce, each.quiesce, each.resume, each.resume]) await step.call(each);
  expect(muted()).toEqual([false, true, false]);
});

test('what a dead workflow left muted is not muted forever', async () => {
  const each = night({ expiry: Duration.hours(1) });
  await each.survey();
  await each.quiesce();
  later = Duration.minutes(61).toMilliseconds();
  expect(muted()).toEqual([false, false, false]);
});

test('a single monitor, and an API that asks to be called more slowly', async () => {
  const each = night({ monitorIds: [4713] });
  datadog.throttle(2);
  await each.survey();
  datadog.throttle(2);
  expect(await each.quiesce()).toMatchObject({ status: 'SUCCEEDED' });
  expect(muted()).toEqual([false, false, true]);
  await each.resume();
  expect(muted()).toEqual([false, false, false]);
});

test('a monitor that is not there is found by the preflight', async () => {
  expect(await night({ monitorIds: [1] }).preflight()).toEqual([expect.stringContaining('datadog-monitors: ')]);
});

test.each([
  ['none', { monitorIds: [] }, /got 0; accepted are 1 to 40/],
  ['too many', { monitorIds: Array.from({ length: 41 }, (_, id) => id + 1) }, /got 41; accepted are 1 to 40/],
  ['one twice', { monitorIds: [1, 1] }, /got a monitor twice/],
  ['no number', { monitorIds: [1.5] }, /got 1.5; accepted are the numbers at the end/],
  ['no site', { site: 'https://datadoghq.eu/' }, /site of datadog-monitors: got 'https:/],
])('refused: %s', (_, props, message) => {
  expect(() => mutedIn(new Stack(new App(), 'Stack'), props)).toThrow(message);
});
