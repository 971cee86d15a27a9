import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { collectOn } from '../../../bin/inventory/collect-on';
import { collectScript } from '../../../bin/inventory/collect-script';
import { type BatchInventory, batchInventory } from '../../../bin/inventory/inventory';
import { inventoryTables } from '../../../bin/inventory/inventory-tables';
import { inventoryTypeScript } from '../../../bin/inventory/inventory-typescript';
import { INSTANCE, PlantedHost } from './planted-host';

const NOW = new Date('2026-11-30T12:00Z');
const hosts: PlantedHost[] = [];

afterEach(async () => {
  for (const host of hosts.splice(0)) await host.stop();
});

function plantedHost(files: Readonly<Record<string, string>>, shell: readonly string[] = ['sh']): PlantedHost {
  const host = new PlantedHost(shell);
  hosts.push(host);
  host.plant(files);
  return host;
}

async function inventoryOf(host: PlantedHost): Promise<BatchInventory> {
  const printed = await collectOn(await host.connect(), INSTANCE, { lookEveryMs: 20 });
  return batchInventory(INSTANCE, printed, NOW);
}

const CENTOS = {
  'usr/sbin/crond': 'program',
  'usr/sbin/sendmail': 'program',
  'etc/redhat-release': 'CentOS release 6.10 (Final)\n',
  'etc/passwd': 'root:x:0:0:root:/root:/bin/bash\napp:x:501:501:App:/home/app:/bin/bash\n',
  'var/spool/cron/app': [
    'MAILTO=ops@example.com',
    '0 5 * * * /opt/app/invoice.sh --all',
    '30 2 * * mon cd /opt/app && php report.php 100\\%',
    'CRON_TZ=Asia/Tokyo',
    '0 9 * * * /opt/app/open.py',
    '0 0 L * * /opt/app/last.sh',
    '',
  ].join('\n'),
  'etc/crontab': 'SHELL=/bin/sh\n17 * * * * root run-parts /etc/cron.hourly\n',
  'etc/cron.d/poll': '*/5 * * * * app /opt/app/poll%one%two\n',
  'etc/cron.d/poll.rpmsave': '* * * * * app /opt/app/old\n',
  'etc/cron.daily/logrotate': '#!/bin/sh\n',
  'etc/cron.daily/README': 'no program\n',
  'etc/anacrontab': 'SHELL=/bin/sh\nRANDOM_DELAY=45\n1\t5\tcron.daily\tnice run-parts /etc/cron.daily\n',
  'opt/app/invoice.sh': '#!/bin/bash\nset -e\n',
  'opt/app/open.py': '#!/usr/bin/env python\n',
  'etc/supervisord.d/worker.ini':
    '[supervisord]\nuser=root\n\n[program:worker]\ncommand=/opt/app/worker --queue mail ; the mails\nuser=app\n\n[program:old]\ncommand=/bin/old\nautostart=false\n',
  'var/spool/at/a0001001c8e0a5': '#!/bin/sh\n',
  'var/log/cron': [
    'Nov 29 05:00:01 old CROND[11]: (app) CMD (/opt/app/invoice.sh --all)',
    'Nov 30 05:00:01 old CROND[12]: (app) CMD (/opt/app/invoice.sh --all)',
    'Nov 30 05:00:02 old CROND[13]: (root) CMD (run-parts /etc/cron.hourly)',
    '',
  ].join('\n'),
};

describe.each([['dash'], ['bash'], ['bash', '--posix']])('an old host, whose sh is %s %s', (...shell) => {
  test('all that runs by itself is found', async () => {
    const host = plantedHost(
      CENTOS,
      shell.filter((each) => typeof each === 'string'),
    );
    host.link('etc/localtime', '../usr/share/zoneinfo/Europe/Berlin');
    const inventory = await inventoryOf(host);
    expect(inventory).toMatchObject({
      instance: INSTANCE,
      system: 'CentOS release 6.10 (Final)',
      zone: 'Europe/Berlin',
      cron: 'cronie',
      mail: '/usr/sbin/sendmail',
      users: [{ name: 'app', uid: 501, home: '/home/app', shell: '/bin/bash' }],
      ignored: ['/etc/cron.d/poll.rpmsave'],
      parts: [
        { every: 'daily', path: '/etc/cron.daily/README', executable: false },
        { every: 'daily', path: '/etc/cron.daily/logrotate', executable: true },
      ],
      anacron: ['1 5 cron.daily nice run-parts /etc/cron.daily'],
      programs: [
        { name: 'worker', user: 'app', autostart: true, command: '/opt/app/worker --queue mail' },
        { name: 'old', user: '', autostart: false, command: '/bin/old' },
      ],
      atJobs: [{ queue: 'a', number: 16, at: new Date('2026-12-06T00:05:00.000Z') }],
      secrets: [],
      errors: [],
    });
    expect(inventory.jobs).toMatchObject([
      {
        name: 'invoice',
        schedule: '0 5 * * *',
        user: 'app',
        file: '/var/spool/cron/app',
        line: 2,
        next: ['2026-12-01T04:00Z', '2026-12-02T04:00Z', '2026-12-03T04:00Z'],
        lastStart: 'Nov 30 05:00:01',
        environment: { MAILTO: 'ops@example.com' },
      },
      { name: 'report', command: 'cd /opt/app && php report.php 100%' },
      { name: 'open', timeZone: 'Asia/Tokyo', next: ['2026-12-01T00:00Z', '2026-12-02T00:00Z', '2026-12-03T00:00Z'] },
      { name: 'run-parts', user: 'root', lastStart: 'Nov 30 05:00:02' },
      { name: 'poll', command: '/opt/app/poll', standardInput: 'one\ntwo\n', user: 'app' },
    ]);
    expect(inventory.problems).toMatchObject([
      { file: '/var/spool/cron/app', line: 6, column: 5, text: '0 0 L * * /opt/app/last.sh' },
    ]);
    expect(inventory.scripts).toMatchObject([
      { path: '/etc/cron.daily/logrotate', interpreter: '/bin/sh' },
      { path: '/opt/app/invoice.sh', interpreter: '/bin/bash' },
      { path: '/opt/app/open.py', interpreter: '/usr/bin/env python' },
    ]);
    expect(host.leftIn('var/tmp')).toEqual([]);
  });
});

/** Each holds `planted`, or `PLANTED` where it must be in capitals. */
const SECRETS: readonly string[] = [
  'PGPASSWORD=plantedA1 psql -h db',
  "export DB_PASSWORD='planted A2'",
  'SECRET_KEY="planted A3" run',
  'mysqldump -uroot -pplantedA4 shop',
  'curl -s -u bot:plantedA5 https://x.example/',
  'curl -H "Authorization: Bearer plantedA6" https://x.example/',
  "curl -H 'X-Api-Key: plantedA7' https://x.example/",
  'curl https://x.example/?token=plantedA8&b=1',
  'psql postgres://app:plantedA9@db.example/shop',
  'redis-cli -a plantedB1 FLUSHALL',
  'run --password plantedB2 --all',
  'run --password "planted B2" --all',
  'run --api-token=plantedB3',
  'sshpass -p plantedB4 ssh old',
  'AWS_ACCESS_KEY_ID=AKIAPLANTED123456789',
  'aws configure set x AKIAPLANTED123456789',
  'curl https://hooks.slack.example/services/T0A/B0B/plantedabcdef1234567890',
  '{"password": "plantedB5", "a": 1}',
  'config["secret"] = "plantedB6"',
  "'auth_token' => 'plantedB7',",
  'client_secret: plantedB8',
  'smbclient //nas/x -U app%plantedB9',
];

test('what looks like a secret is told by line, and its value leaves the host nowhere', async () => {
  const lines = SECRETS.map((secret) => `0 5 * * * ${secret}`);
  const host = plantedHost({
    'usr/sbin/crond': 'program',
    'var/spool/cron/app': `SMTP_LOGIN=plantedC1\n${lines.join('\n')}\n0 6 * * * /opt/app/job.sh\n`,
    'opt/app/job.sh': `#!/bin/sh\nset -e\n${SECRETS.join('\n')}\nrun --user "$DB_USER" --password "$DB_PASSWORD"\n`,
    'etc/supervisord.d/w.ini': '[program:w]\ncommand=/bin/w --token=plantedC2\nenvironment=API_KEY="plantedC3"\n',
    'var/log/cron': 'Nov 30 05:00:01 old CROND[1]: (app) CMD (PGPASSWORD=plantedA1 psql -h db)\n',
  });
  const inventory = await inventoryOf(host);
  expect(inventory.secrets).toEqual([
    { path: '/var/spool/cron/app', lines: SECRETS.map((_, at) => at + 2) },
    { path: '/etc/supervisord.d/w.ini', lines: [2, 3] },
    { path: '/opt/app/job.sh', lines: SECRETS.map((_, at) => at + 3) },
  ]);
  expect(inventory.jobs[0]).toMatchObject({
    secrets: ['/var/spool/cron/app:1', '/var/spool/cron/app:2'],
    lastStart: 'Nov 30 05:00:01',
  });
  expect(inventory.jobs.at(-1)?.secrets).toEqual(
    expect.arrayContaining(['/var/spool/cron/app:1', '/opt/app/job.sh:3', '/opt/app/job.sh:24']),
  );
  const printed = host.seen.map((text) =>
    text.startsWith('page ') ? gunzipSync(Buffer.from(text.split('\n').slice(1).join(''), 'base64')).toString() : text,
  );
  const told = [...printed, JSON.stringify(inventory), inventoryTables(inventory), inventoryTypeScript(inventory)].join(
    '\n',
  );
  expect(told).toContain('/opt/app/job.sh');
  expect(told.match(/planted ?[A-C0-9][0-9a-z]|AKIAPLANTED|planteda/gi) ?? []).toEqual([]);
});

test('what one answer does not hold comes page by page, and nothing stays on the host', async () => {
  const words = Array.from(
    { length: 3000 },
    (_, at) =>
      `${at % 60} ${at % 24} * * * /opt/job-${createHash('sha256')
        .update(String(at))
        .digest('hex')
        .replace(/(.{8})/g, '$1/')} x`,
  );
  const host = plantedHost({ 'usr/sbin/crond': 'program', 'var/spool/cron/app': `${words.join('\n')}\n` });
  const inventory = await inventoryOf(host);
  expect(inventory.jobs).toHaveLength(words.length);
  expect(host.seen.filter((text) => text.startsWith('page ')).length).toBeGreaterThan(2);
  expect(host.leftIn('var/tmp')).toEqual([]);
});

test('a Debian host has its own dialect, and timers', async () => {
  const systemctl = `#!/bin/sh
case "$*" in
  list-unit-files*) echo 'certbot.timer enabled enabled'; echo 'user@.timer static -' ;;
  *'-p Unit certbot.timer') echo Unit=certbot.service ;;
  *UnitFileState*) echo UnitFileState=enabled ;;
  *TimersCalendar*) echo 'TimersCalendar={ OnCalendar=*-*-* 00,12:00:00 ; next_elapse=Tue 2026-12-01 00:00:00 UTC }'; echo 'TimersMonotonic={ OnBootUSec=15min ; next_elapse=15min }' ;;
  *Persistent*) echo Persistent=yes ;;
  *LastTriggerUSec*) echo 'LastTriggerUSec=Mon 2026-11-30 12:00:04 UTC' ;;
  *User*) echo User= ;;
  *ExecStart*) echo 'ExecStart={ path=/usr/bin/certbot ; argv[]=/usr/bin/certbot -q renew --token plantedD1 ; ignore_errors=no ; start_time=[n/a] }' ;;
esac
`;
  const host = plantedHost({
    'usr/sbin/cron': 'program',
    'etc/os-release': 'NAME="Debian GNU/Linux"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
    'etc/timezone': 'Europe/Berlin\n',
    'etc/cron.d/php': '*/60 * * * * root /usr/lib/php/sessionclean\n',
    'etc/cron.d/broken': '0 5 * * * root /bin/x\n0 5 * * root',
    'etc/cron.d/a.b': '* * * * * root /bin/ignored\n',
    'run/systemd/system/x': '',
    'bin/systemctl': systemctl,
  });
  const inventory = await inventoryOf(host);
  expect(inventory).toMatchObject({
    system: 'Debian GNU/Linux 12 (bookworm)',
    zone: 'Europe/Berlin',
    cron: 'debian',
    ignored: ['/etc/cron.d/a.b'],
    timers: [
      {
        name: 'certbot.timer',
        activates: 'certbot.service',
        state: 'enabled',
        times: 'OnCalendar=*-*-* 00,12:00:00;OnBootUSec=15min',
        persistent: true,
        command: '/usr/bin/certbot -q renew --token ***',
      },
    ],
    // cronie refuses */60, and Debian's cron takes the first minute.
    jobs: [{ name: 'x' }, { schedule: '0 * * * *', name: 'sessionclean' }],
  });
  expect(inventory.problems.map(({ file, line, cronTakesIt }) => ({ file, line, cronTakesIt }))).toEqual([
    { file: '/etc/cron.d/broken', line: 2, cronTakesIt: false },
  ]);
  expect(inventoryTables(inventory)).toContain('leaves out the file');
});

test('the list to begin with is what the library takes, whatever stands in a crontab', async () => {
  const host = plantedHost({
    'usr/sbin/crond': 'program',
    'var/spool/cron/app':
      "APP_HOME=/srv/it's\nMAILTO=ops */ x\n0 5 * * * echo 'a' \"b\" \\\\ */ $x `y`%in\n*/9 * * * * DB_PASSWORD=abc /opt/run.sh\n",
  });
  expect(inventoryTypeScript({ ...(await inventoryOf(host)), host: 'old' })).toMatchInlineSnapshot(`
"import type { BatchJob } from 'cdk-cutover';

/**
 * What cron runs on old (i-0aaaaaaaaaaaaaaaa), whose time zone is not known.
 *
 * Fill in for each job who answers for it and what it is for, and decide: \`BatchDecision.MOVED\`, the default, or
 * \`BatchDecision.RETIRED\`. \`***\` stands for what may be a secret: put it into Secrets Manager, and name it in \`secrets\`.
 */
export const jobs: BatchJob[] = [
  // /var/spool/cron/app:3
  {
    name: 'echo',
    schedule: '0 5 * * *',
    command: 'echo \\'a\\' "b" \\\\\\\\ */ $x \`y\`',
    standardInput: 'in\\n',
    user: 'app',
    environment: { APP_HOME: '/srv/it\\'s' },
    owner: '', // MAILTO is ops   x
    purpose: '',
    // decision: BatchDecision.RETIRED,
  },
  // /var/spool/cron/app:4
  {
    name: 'run',
    schedule: '*/9 * * * *',
    command: 'DB_PASSWORD=*** /opt/run.sh',
    user: 'app',
    environment: { APP_HOME: '/srv/it\\'s' },
    // What may be secrets: /var/spool/cron/app:4
    owner: '', // MAILTO is ops   x
    purpose: '',
    // decision: BatchDecision.RETIRED,
  },
];
"
`);
});

test('what is written there reads back as it was', async () => {
  const commands = ['echo \'a\' "b" \\\\n */ // $x `y`', 'ünïcode \u2028 x', '/bin/x \\', "it''s"];
  const host = plantedHost({
    'usr/sbin/crond': 'program',
    'var/spool/cron/app': commands.map((command) => `0 5 * * * ${command}\n`).join(''),
  });
  const written = inventoryTypeScript(await inventoryOf(host));
  const body = written.replace(/^import .*$/m, '').replace('export const jobs: BatchJob[] =', 'return');
  expect(new Function(body)()).toMatchObject(commands.map((command) => ({ command, owner: '', purpose: '' })));
});

test('Systems Manager takes nothing of the script for a parameter', () => {
  expect([0, 1].map((page) => collectScript({ page, id: 'a1' })).join('\n')).not.toContain('{{');
});

test('a host that fails, or answers something else, is told by its name', async () => {
  const failing = plantedHost({}, ['sh', '-c', 'echo it is full >&2; exit 3']);
  await expect(inventoryOf(failing)).rejects.toThrow(
    /^i-0aaaaaaaaaaaaaaaa: the command \S+ ended as Failed\. It said: it is full$/,
  );
  const other = plantedHost({}, ['echo', 'hello']);
  await expect(inventoryOf(other)).rejects.toThrow('i-0aaaaaaaaaaaaaaaa: page 0 was asked for, and it answered: hello');
});
