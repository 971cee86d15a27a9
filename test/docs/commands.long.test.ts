import { spawnSync } from 'node:child_process';
import { fencesIn, PAGES, PROJECT } from './pages';

const CUTOVER = /^(?:npx )?cutover (\w+)(.*)$/;
const SCRIPT = /^npm run (rehearse|chaos)(?: --(.*))?$/;

/** Lines of the pages that call the command, as its subcommand and what it is given. */
const LINES = PAGES.flatMap((page) =>
  fencesIn(page, 'sh').flatMap((fence) =>
    fence
      .replaceAll('\\\n', ' ')
      .split(/\n|&&/)
      .map((line) => line.replace(/ +#.*$/, '').trim())
      .flatMap((line) => {
        const [, command, rest = ''] = CUTOVER.exec(line) ?? SCRIPT.exec(line) ?? [];
        return command === undefined ? [] : [{ page, line, command, rest }];
      }),
  ),
);

const helps = new Map<string, string>();

function helpOf(command: string): string {
  const known = helps.get(command);
  if (known !== undefined) return known;
  const args = ['--import', require.resolve('tsx'), 'bin/cutover.ts', command, '--help'];
  const { stdout, status } = spawnSync(process.execPath, args, { cwd: PROJECT, encoding: 'utf8' });
  const help = status === 0 ? stdout : '';
  helps.set(command, help);
  return help;
}

test('the pages show how to call the command', () => {
  expect(LINES.length).toBeGreaterThan(30);
});

test.each(LINES.map(({ page, line, command, rest }) => [page, line, command, rest]))(
  '%s: the help knows all that is in `%s`',
  (_page, _line, command, rest) => {
    const help = helpOf(command);
    expect(help).toContain(`Usage: cutover ${command}`);
    for (const [option] of rest.matchAll(/(?<=^| )--?[a-z][a-z-]*/g)) {
      expect(help).toMatch(new RegExp(`(^|[ ,])${option}[ ,\\n]`, 'm'));
    }
    const [, action] = /^ NAME (\w+)$/.exec(rest) ?? [];
    if (command === 'start' && action !== undefined) expect(help).toContain(`"${action}"`);
    for (const [, chosen] of rest.matchAll(/ --action (\w+)/g)) expect(help).toContain(`"${chosen}"`);
  },
);
