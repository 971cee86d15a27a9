import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StateFile } from '../../agent/state-file';

describe('what the agent notes on its own disk', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'agent-state-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('where that is full, is not taken for the disk of a side', async () => {
    const file = new StateFile(folder, 'orders', 'verification');
    await symlink('/dev/full', `${file.path}.new`);
    await expect(file.write({ position: 4 })).rejects.toMatchObject({
      name: 'Agent.Failed',
      message: `The agent cannot note its state in ${folder}: the migration host's own disk is full (ENOSPC). Neither side is at fault: make space there, and repeat.`,
    });
    await expect(file.read()).resolves.toBeUndefined();
  });
});
