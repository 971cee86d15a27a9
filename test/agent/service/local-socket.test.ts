import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askService, serviceRuns } from '../../../agent/cli/ask-service';
import { AgentError } from '../../../agent/errors';
import { type LocalSocket, listenLocally } from '../../../agent/service/local-socket';
import type { Report } from '../../../agent/verb';
import { verbs } from '../../../agent/verbs';
import type { Progress } from '../../../contract/common';

const request = { verb: 'redis.status', args: {} } as const;
const nobody = new AbortController().signal;

describe('the service as a shell asks it', () => {
  let folder: string;
  let path: string;
  let socket: LocalSocket | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'agent-socket-'));
    path = join(folder, 'agent.sock');
  });
  afterEach(async () => {
    await socket?.close();
    socket = undefined;
    await rm(folder, { recursive: true, force: true });
  });

  const listen = async (execute: (input: string, report: Report) => Promise<unknown>) => {
    socket = await listenLocally(path, execute);
  };

  test('passes the request, progress and the result', async () => {
    await listen(async (input, { progress }) => {
      progress({ phase: 'Working', done: 1, total: 2 });
      return { got: JSON.parse(input) };
    });
    const heard: Progress[] = [];
    const report = { signal: nobody, progress: (progress: Progress) => heard.push(progress) };
    await expect(askService(path, request, report)).resolves.toEqual({ got: request });
    expect(heard).toEqual([{ phase: 'Working', done: 1, total: 2 }]);
  });

  test('passes a failure with its name', async () => {
    await listen(async () => {
      throw new AgentError('Agent.NotCaughtUp', 'not yet.');
    });
    await expect(askService(path, request, { signal: nobody, progress: () => undefined })).rejects.toMatchObject({
      name: 'Agent.NotCaughtUp',
      message: 'not yet.',
    });
  });

  test('a caller that goes away ends its verb', async () => {
    const running = new Promise<AbortSignal>((begun) => {
      void listen((_input, { signal }) => {
        begun(signal);
        return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      });
    });
    const interrupt = new AbortController();
    while (socket === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    const asking = askService(path, request, { signal: interrupt.signal, progress: () => undefined });
    const outcome = expect(asking).rejects.toThrow('Ctrl-C');
    const signal = await running;
    interrupt.abort(new Error('Ctrl-C'));
    await outcome;
    while (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  test('a service that ends meanwhile is told apart from one that never was', async () => {
    await listen(() => new Promise(() => undefined));
    const asking = askService(path, request, { signal: nobody, progress: () => undefined });
    const outcome = expect(asking).rejects.toMatchObject({ name: 'Agent.Stopped' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await socket?.close();
    await outcome;
    await expect(askService(path, request, { signal: nobody, progress: () => undefined })).rejects.toMatchObject({
      name: 'Agent.Unreachable',
    });
  });

  test('what a killed service left behind does not keep the next one from listening', async () => {
    await writeFile(path, '');
    await listen(async () => ({}));
    await expect(askService(path, request, { signal: nobody, progress: () => undefined })).resolves.toEqual({});
  });

  test('is there or not, for what is done without it where it is not', async () => {
    await expect(serviceRuns(path)).resolves.toBe(false);
    await listen(async () => ({}));
    await expect(serviceRuns(path)).resolves.toBe(true);
    expect(verbs['redis.evict'].inService).toBe('where it runs');
  });

  test('a second service on the same socket is refused', async () => {
    await listen(async () => ({}));
    await expect(listenLocally(path, async () => ({}))).rejects.toThrow(/Another service is listening/);
    await expect(askService(path, request, { signal: nobody, progress: () => undefined })).resolves.toEqual({});
  });
});
