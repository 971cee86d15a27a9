/** A crontab as it stands on a host, but for what may be a secret: that is `***`. */
export interface CollectedFile {
  /** Whose crontab it is; undefined in files that have a column of users. */
  readonly user?: string;
  readonly path: string;
  readonly text: string;
}

export interface CollectedTimer {
  readonly name: string;
  readonly activates: string;
  /** `enabled`, `disabled`, `static`. */
  readonly state: string;
  /** `OnCalendar=…`, and what else starts it. */
  readonly times: string;
  /** What was due while the host was off is made up for. */
  readonly persistent: boolean;
  readonly lastRun: string;
  readonly user: string;
  readonly command: string;
}

export interface CollectedProgram {
  readonly name: string;
  readonly user: string;
  readonly autostart: boolean;
  readonly command: string;
}

/** What a host has printed. */
export interface Collected {
  readonly host: string;
  readonly system: string;
  readonly zone: string;
  readonly cron: 'cronie' | 'debian' | 'none';
  /** The program that cron hands mail to, if there is one. */
  readonly mail?: string;
  readonly mounts: readonly { readonly path: string; readonly type: string; readonly source: string }[];
  readonly users: readonly {
    readonly name: string;
    readonly uid: number;
    readonly home: string;
    readonly shell: string;
  }[];
  readonly files: readonly CollectedFile[];
  readonly parts: readonly { readonly every: string; readonly path: string; readonly executable: boolean }[];
  readonly anacron: readonly string[];
  readonly timers: readonly CollectedTimer[];
  readonly programs: readonly CollectedProgram[];
  readonly atJobs: readonly {
    readonly number: number;
    readonly queue: string;
    readonly at: Date;
    readonly uid: string;
  }[];
  readonly scripts: readonly {
    readonly path: string;
    readonly owner: string;
    readonly mode: string;
    readonly interpreter: string;
  }[];
  /** Lines that look like they hold a secret. */
  readonly secrets: readonly { readonly path: string; readonly lines: readonly number[] }[];
  /** Files too large to look for secrets in. */
  readonly unread: readonly string[];
  /** Of each command that cron has logged: the last start, and how many the log has. */
  readonly runs: readonly {
    readonly user: string;
    readonly command: string;
    readonly last: string;
    readonly count: number;
  }[];
  readonly errors: readonly string[];
}

type Row = readonly string[];

/** Reads what the script on the host has printed. */
export function readRecords(text: string): Collected {
  const rows: Row[] = [];
  const contents = new Map<Row, string[]>();
  for (const line of text.split('\n')) {
    const last = rows.at(-1);
    if (line.startsWith('|') && last) contents.set(last, [...(contents.get(last) ?? []), line.slice(1)]);
    else if (line !== '') rows.push(line.split('\t'));
  }
  const all = (kind: string) => rows.filter(([first]) => first === kind).map((row) => row.slice(1));
  const first = (kind: string) => all(kind)[0]?.[0] ?? '';
  const cron = first('cron');
  const mail = first('mail');
  return {
    host: first('host'),
    system: first('system'),
    zone: first('zone'),
    cron: cron === 'cronie' || cron === 'debian' ? cron : 'none',
    ...(mail !== '' && { mail }),
    mounts: all('mount').map(([path = '', type = '', source = '']) => ({ path, type, source })),
    users: all('user').map(([name = '', uid, home = '', shell = '']) => ({ name, uid: Number(uid), home, shell })),
    files: rows.flatMap((row, at) => {
      const [kind, whose, user = '', path = ''] = row;
      if (kind !== 'file') return [];
      const isOpen = rows[at + 1]?.[0] === 'open';
      const text = (contents.get(row) ?? []).join('\n');
      return [{ path, text: text === '' || isOpen ? text : `${text}\n`, ...(whose === 'user' && { user }) }];
    }),
    parts: all('part').map(([every = '', path = '', mode = '']) => ({ every, path, executable: mode.includes('x') })),
    anacron: all('anacron').map((row) => row.join(' ')),
    timers: all('timer').map(readTimer),
    programs: all('program').map(([name = '', user = '', autostart, command = '']) => ({
      name,
      user,
      autostart: autostart !== 'false',
      command,
    })),
    atJobs: all('at').map(([name = '', uid = '']) => readAtJob(name, uid)),
    scripts: all('script').map(([path = '', owner = '', mode = '', interpreter = '']) => ({
      path,
      owner,
      mode,
      interpreter,
    })),
    secrets: all('secret').map(([path = '', lines = '']) => ({ path, lines: lines.split(',').map(Number) })),
    unread: all('unread').map(([path = '']) => path),
    runs: all('ran').map(([last = '', count, user = '', ...command]) => ({
      user,
      command: command.join('\t'),
      last,
      count: Number(count),
    })),
    errors: [...new Set(all('error').map((row) => row.join('\t')))],
  };
}

function readTimer(row: Row): CollectedTimer {
  const [name = '', activates = '', state = '', times = '', persistent, lastRun = '', user = '', command = ''] = row;
  return { name, activates, state, times, persistent: persistent === 'yes', lastRun, user, command };
}

/** The name of its file says it: the queue, five hexadecimal digits of its number, eight of its minute since 1970 (at.c). */
function readAtJob(name: string, uid: string) {
  const minutes = Number.parseInt(name.slice(6, 14), 16);
  return {
    queue: name.slice(0, 1),
    number: Number.parseInt(name.slice(1, 6), 16),
    at: new Date(minutes * 60_000),
    uid,
  };
}
