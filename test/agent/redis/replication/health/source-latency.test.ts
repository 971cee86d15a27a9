import { SourceLatency } from '../../../../../agent/redis/replication/health/source-latency';
import { Connection } from '../../../../../agent/redis/resp/connection';
import { endpointOf, Stage } from '../../stage';

const stage = new Stage();
afterEach(() => stage.end());

test('the scan pauses while the source is slow, and goes on at full speed afterwards', async () => {
  const server = await stage.server('redis', '7.0');
  const user = await stage.user(server);
  const connection = await Connection.open(endpointOf(server));
  const latency = new SourceLatency(connection);
  const watching = latency.watch();
  const paused = async () => {
    let waited = false;
    const pacing = latency.pace();
    setImmediate(() => setImmediate(() => (waited = true)));
    await pacing;
    return waited;
  };
  const until = async (wanted: boolean) => {
    while ((await paused()) !== wanted) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  // Learns how quick the way there and back is.
  await new Promise((resolve) => setTimeout(resolve, 400));
  await until(false);
  let slow = true;
  const slowing = (async () => {
    while (slow)
      await user.eval(
        "local t=redis.call('TIME') repeat local n=redis.call('TIME') until (n[1]-t[1])*1000000+n[2]-t[2] > 150000",
        0,
      );
  })();
  await until(true);
  slow = false;
  await slowing;
  await until(false);

  latency.stop();
  await watching;
  connection.close();
});
