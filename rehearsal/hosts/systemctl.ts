import type { HostTool, ToolAnswer } from './control-server';
import type { UnitService } from './units';

/** Exit codes as systemd(1) and LSB have them. */
const NOT_RUNNING = 3;
const NO_SUCH_UNIT = 4;
const NOT_LOADED = 5;

type Verb = (names: readonly string[], options: Options) => Promise<ToolAnswer>;

interface Options {
  readonly quiet: boolean;
  readonly value: boolean;
  readonly now: boolean;
  readonly properties: readonly string[];
}

/** `systemctl` with the verbs that scripts stop, start and ask services with. */
export function systemctl(units: ReadonlyMap<string, UnitService>): HostTool {
  const verbs = verbsOf(units);
  return async (args) => {
    const { words, options, unknown } = readArguments(args);
    const [verb = '', ...names] = words;
    const perform = verbs[verb];
    if (perform === undefined || unknown !== undefined) {
      const what = perform === undefined ? `the verb ${verb}` : `the option ${unknown}`;
      return {
        exitCode: 1,
        stderr: `systemctl of a rehearsed host does not know ${what}; known are ${Object.keys(verbs).join(', ')} with --quiet, --value, --property, --runtime and --now.\n`,
      };
    }
    const answer = await perform(names.map(unitName), options);
    return options.quiet ? { exitCode: answer.exitCode } : answer;
  };
}

function verbsOf(units: ReadonlyMap<string, UnitService>): Readonly<Record<string, Verb>> {
  const each = async (
    names: readonly string[],
    verb: string,
    missing: string,
    act: (unit: UnitService) => void | Promise<void>,
  ): Promise<ToolAnswer> => {
    const problems: string[] = [];
    let exitCode = 0;
    for (const name of names) {
      const unit = units.get(name);
      if (unit === undefined) {
        problems.push(`Failed to ${verb} ${name}: Unit ${name} ${missing}.\n`);
        exitCode = NOT_LOADED;
      } else if (unit.masked && verb !== 'stop' && verb !== 'unmask' && verb !== 'mask') {
        problems.push(`Failed to ${verb} ${name}: Unit ${name} is masked.\n`);
        exitCode ||= 1;
      } else {
        await act(unit);
      }
    }
    return { exitCode, stderr: problems.join('') };
  };
  const stop: Verb = (names) => each(names, 'stop', 'not loaded', (unit) => unit.stop());
  const start: Verb = (names) => each(names, 'start', 'not found', (unit) => unit.start());
  return {
    start,
    stop,
    restart: (names) =>
      each(names, 'restart', 'not found', async (unit) => {
        await unit.stop();
        await unit.start();
      }),
    enable: (names, { now }) =>
      each(names, 'enable', 'not found', async (unit) => {
        unit.enabled = true;
        if (now) await unit.start();
      }),
    disable: (names, { now }) =>
      each(names, 'disable', 'not found', async (unit) => {
        unit.enabled = false;
        if (now) await unit.stop();
      }),
    mask: (names, { now }) =>
      each(names, 'mask', 'does not exist', async (unit) => {
        unit.masked = true;
        if (now) await unit.stop();
      }),
    unmask: (names) =>
      each(names, 'unmask', 'does not exist', (unit) => {
        unit.masked = false;
      }),
    'daemon-reload': async () => {
      for (const unit of units.values()) await unit.reload();
      return { exitCode: 0 };
    },
    'is-active': async (names) => {
      const states = names.map((name) => units.get(name)?.state.active);
      const nothing = states.every((state) => state === undefined) ? NO_SUCH_UNIT : NOT_RUNNING;
      return {
        exitCode: states.includes('active') ? 0 : nothing,
        stdout: states.map((state) => `${state ?? 'inactive'}\n`).join(''),
      };
    },
    'is-failed': async (names) => {
      const states = names.map((name) => units.get(name)?.state.active ?? 'inactive');
      return { exitCode: states.includes('failed') ? 0 : 1, stdout: states.map((state) => `${state}\n`).join('') };
    },
    'is-enabled': async (names) => {
      const states = names.map((name) => fileState(units.get(name)));
      const missing = names.filter((name) => !units.has(name));
      return {
        exitCode: states.includes('enabled') ? 0 : missing.length > 0 ? NO_SUCH_UNIT : 1,
        stdout: states.map((state) => (state === '' ? 'not-found\n' : `${state}\n`)).join(''),
      };
    },
    show: async (names, { properties, value }) => {
      const blocks = names.map((name) =>
        Object.entries(propertiesOf(name, units.get(name)))
          .filter(([property]) => properties.length === 0 || properties.includes(property))
          .map(([property, text]) => `${value ? text : `${property}=${text}`}\n`)
          .join(''),
      );
      return { exitCode: 0, stdout: blocks.join('\n') };
    },
  };
}

function propertiesOf(name: string, unit: UnitService | undefined): Record<string, string> {
  return {
    Restart: unit?.unit.restart ?? 'no',
    MainPID: String(unit?.mainPid ?? 0),
    NRestarts: String(unit?.restarts ?? 0),
    Id: name,
    LoadState: unit === undefined ? 'not-found' : unit.masked ? 'masked' : 'loaded',
    ActiveState: unit?.state.active ?? 'inactive',
    SubState: unit?.state.sub ?? 'dead',
    UnitFileState: fileState(unit),
  };
}

function fileState(unit: UnitService | undefined): string {
  if (unit === undefined) return '';
  if (unit.masked) return 'masked';
  return unit.enabled ? 'enabled' : 'disabled';
}

const unitName = (name: string) => (/\.[a-z]+$/.test(name) ? name : `${name}.service`);

function readArguments(args: readonly string[]) {
  const words: string[] = [];
  const properties: string[] = [];
  const flags = new Set<string>();
  let unknown: string | undefined;
  const end = args.indexOf('--');
  const rest = end < 0 ? [...args] : args.slice(0, end);
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const property = /^(?:--property=|-p(?=.)|-P(?=.))(.*)$/.exec(arg)?.[1];
    if (arg.startsWith('-P')) flags.add('--value');
    if (property !== undefined) properties.push(...property.split(','));
    else if (['-p', '-P', '--property'].includes(arg)) properties.push(...(rest.shift() ?? '').split(','));
    else if (['-q', '--quiet', '--value', '--runtime', '--now', '--no-pager'].includes(arg)) flags.add(arg);
    else if (arg.startsWith('-')) unknown = arg;
    else words.push(arg);
  }
  if (end >= 0) words.push(...args.slice(end + 1));
  const options: Options = {
    quiet: flags.has('-q') || flags.has('--quiet'),
    value: flags.has('--value'),
    now: flags.has('--now'),
    properties,
  };
  return { words, options, unknown };
}
