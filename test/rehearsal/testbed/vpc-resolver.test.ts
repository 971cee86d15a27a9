import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DnsServer } from '../../../rehearsal/network/dns-server';
import { StaticZone } from '../../../rehearsal/network/static-zone';
import { vpcResolver } from '../../../rehearsal/testbed/vpc-resolver';

const run = promisify(execFile);

test('a program that is not changed finds names of the rehearsal, and addresses as ever', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'resolver-'));
  const dns = await DnsServer.start({ zones: [new StaticZone('rds.test', { 'blue.rds.test': '127.1.2.3' })] });
  try {
    const file = join(folder, 'resolver.cjs');
    await writeFile(file, vpcResolver(dns));
    const program = `
      const { lookup } = require('node:dns');
      const tell = (...results) => console.log(JSON.stringify(results));
      lookup('blue.rds.test', (error, address, family) => tell(error, address, family));
      lookup('blue.rds.test', { all: true }, (error, addresses) => tell(error, addresses));
      lookup('127.0.0.9', (error, address) => tell(error, address));
      lookup('green.rds.test', (error) => tell(error.code));`;
    const { stdout } = await run(process.execPath, ['--require', file, '-e', program]);
    expect(stdout.trim().split('\n').sort()).toEqual(
      [
        '[null,"127.1.2.3",4]',
        '[null,[{"address":"127.1.2.3","family":4}]]',
        '[null,"127.0.0.9"]',
        '["ENOTFOUND"]',
      ].sort(),
    );
  } finally {
    await dns.stop();
    await rm(folder, { recursive: true });
  }
});
