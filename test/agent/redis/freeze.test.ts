import { freeze } from '../../../agent/redis/freeze';
import { unfreeze } from '../../../agent/redis/unfreeze';
import { endpointOf, listener, Stage } from './stage';

describe('freezing a side', () => {
  let stage: Stage;
  beforeEach(() => {
    stage = new Stage();
  });
  afterEach(() => stage.end());

  test.each([
    ['redis', '7.0'],
    ['valkey', '8.1'],
  ] as const)(
    '%s %s: holds writes back, lets reads pass, and runs what was held back when it is lifted',
    async (engine, version) => {
      const server = await stage.server(engine, version);
      const [writer, reader] = [await stage.user(server), await stage.user(server)];
      await writer.set('key', 'before');
      const context = await stage.context(endpointOf(server));
      await expect(freeze(context, { side: 'blue', seconds: 60 }, listener())).resolves.toEqual({
        method: 'pause',
        clientsClosed: 0,
      });
      let written = false;
      const writing = writer.set('key', 'after').then(() => {
        written = true;
      });
      await expect(reader.get('key')).resolves.toBe('before');
      expect(written).toBe(false);
      await unfreeze(context, { side: 'blue' }, listener());
      await writing;
      await expect(reader.get('key')).resolves.toBe('after');
    },
  );

  test('the pause ends by itself', async () => {
    const server = await stage.server('redis', '7.0');
    const user = await stage.user(server);
    await freeze(await stage.context(endpointOf(server)), { side: 'blue', seconds: 0.3 }, listener());
    await expect(user.set('key', 'value')).resolves.toBe('OK');
  });

  test('redis 6.0, which can only pause everything: users are closed, the agent is not held up', async () => {
    const server = await stage.server('redis', '6.0');
    const users = [await stage.user(server), await stage.user(server)];
    const context = await stage.context(endpointOf(server));
    await expect(freeze(context, { side: 'blue', seconds: 60 }, listener())).resolves.toEqual({
      method: 'kill',
      clientsClosed: 2,
    });
    for (const user of users) await expect(user.set('key', 'value')).rejects.toThrow();
    await expect(unfreeze(context, { side: 'blue' }, listener())).resolves.toEqual({});
  });

  test('lifting a pause that is not there changes nothing', async () => {
    const server = await stage.server('redis', '7.0');
    const context = await stage.context(endpointOf(server));
    await expect(unfreeze(context, { side: 'blue' }, listener())).resolves.toEqual({});
  });
});
