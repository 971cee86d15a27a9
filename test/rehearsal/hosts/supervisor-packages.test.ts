import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findSupervisor } from '../../../rehearsal/hosts/supervisor-packages';

const folder = mkdtempSync(join(tmpdir(), 'path-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const install = (name: string) => writeFileSync(join(folder, name), '#!/bin/sh\n', { mode: 0o755 });

test('supervisord of the machine is used where its supervisorctl is there, too', async () => {
  install('supervisord');
  expect((await findSupervisor(folder)).daemon.file).not.toContain(folder);
  install('supervisorctl');
  expect(await findSupervisor(`/nowhere:${folder}`)).toEqual({
    daemon: { file: join(folder, 'supervisord'), args: [], env: {} },
    control: { file: join(folder, 'supervisorctl'), args: [], env: {} },
  });
}, 120_000);
