import { INVARIANTS } from '../../../rehearsal/report/invariants';
import type { LiveView } from '../../../rehearsal/report/result';
import { Terminal } from '../../../rehearsal/report/terminal';
import { count, duration } from '../../../rehearsal/report/units';
import { valuesOf } from '../figure-values';
import { crowded } from './samples/crowded';
import { fencedCutover } from './samples/fenced-cutover';
import { rolledBack } from './samples/rolled-back';
import { withByHand } from './samples/with-by-hand';
import { Screen } from './terminal/screen';

const ENV = { TERM: 'xterm-256color' };

function view(elapsedMs: number, phase: string, more: Partial<LiveView> = {}): LiveView {
  return {
    elapsedMs,
    phase,
    undoes: false,
    weights: { blue: 100, green: 0 },
    operations: 12_345,
    failed: 0,
    writesPerSecond: 411.4,
    ...more,
  };
}

class Log {
  text = '';

  write(text: string): void {
    this.text += text;
  }
}

/** What is told of a cutover, in short. */
function tell(terminal: Terminal): void {
  terminal.note('Start both caches and fill blue');
  terminal.update(view(20_000, ''));
  terminal.update(view(21_250, 'Replicate', { lagMs: 40 }));
  terminal.update(view(24_000, 'Replicate', { lagMs: 12 }));
  terminal.update(view(26_300, 'Replicate', { lagMs: 11 }));
  terminal.note('Fault: throttle at Read the active side');
  terminal.update(view(27_100, 'Fence', { failed: 3, lagMs: 0 }));
  terminal.update(view(27_600, 'Switch', { failed: 1_042, weights: { blue: 0, green: 100 } }));
}

describe('where output is no terminal', () => {
  test('there is a line for every phase, every note and every five seconds', () => {
    const log = new Log();
    tell(new Terminal(log, ENV));
    expect(log.text).toMatchInlineSnapshot(`
"          Start both caches and fill blue
  20.0 s  Clients warm up: blue 100, green 0, 411 writes/s, 0 of 12,345 failed
  21.3 s  Replicate: blue 100, green 0, lag 40 ms, 411 writes/s, 0 of 12,345 failed (Clients warm up took 1.3 s)
  26.3 s  Replicate: blue 100, green 0, lag 11 ms, 411 writes/s, 0 of 12,345 failed
  26.3 s  Fault: throttle at Read the active side
  27.1 s  Fence: blue 100, green 0, lag 0 ms, 411 writes/s, 3 of 12,345 failed (Replicate took 5.8 s)
  27.6 s  Switch: blue 0, green 100, 411 writes/s, 1,042 of 12,345 failed (Fence took 0.5 s)
"
`);
  });

  test('the summary is plain text', () => {
    const log = new Log();
    new Terminal(log, ENV).finish(withByHand, ['.cache/rehearsal.html', 'result.json']);
    const [figures, rest = ''] = log.text.split('  Invariants\n');
    expect(figures).toMatchInlineSnapshot(`
"
  Clients are on green. All invariants hold.
  cutover of SharedCacheMigration-Sessions-90EB0AF6: blue Redis 6.0.16, green Valkey 8.1.4; 58.4 s, seed 1

                              this migration       by hand
  Write outage                        1.53 s             -
  Fence until record changed          402 ms             -
  DNS until clients write             1.15 s             -
  Longest write gap                   1.53 s        212 ms
  Operations                          30,047        21,766
  Failed operations                      357           315
  Acknowledged writes lost                 0         1,284
  Conflicts in the overlap                 0             0
  Lock violations                          0            17
  Sessions lost                            0           402
  Keys compared                      200,000             -
  Keys that differ                         0             -

  Phases
  Preflight 312 ms, Replicate 9.42 s, Approve 1.21 s, Quiesce 1.60 s, Fence 316 ms,
  Drain 4 ms, Verify 42 ms, Reverse 9 ms, Switch 6.54 s, Evict 2.21 s, Resume 1.39 s,
  Watch 2.14 s

"
`);
    expect(rest.split('\n')).toEqual([
      ...INVARIANTS.map((invariant, index) => `  held    ${index + 1}  ${invariant}`),
      '',
      '  Written: .cache/rehearsal.html',
      '  Written: result.json',
      '',
    ]);
  });

  test('no escape code is written, whatever names hold', () => {
    const log = new Log();
    const terminal = new Terminal(log, { ...ENV, FORCE_COLOR: '1' });
    terminal.note('\u001b[31mred\u001b[0m\r\nand \u202e turned');
    terminal.update(view(0, '\u001b]0;title\u0007Fence'));
    terminal.finish(crowded, ['\u001b[2Jfile']);
    expect(log.text).not.toMatch(/(?!\n)\p{Cc}|\p{Cf}/u);
    expect(log.text).toContain('red and turned\n');
  });
});

describe('on a terminal', () => {
  test('phases that are done are listed with their durations above one block', () => {
    const screen = new Screen();
    tell(new Terminal(screen, ENV));
    expect(screen.text).toMatchInlineSnapshot(`
"  Start both caches and fill blue
  Clients warm up       1.3 s
  Fault: throttle at Read the active side
  Replicate             5.8 s
  Fence                 0.5 s
⠦ Switch                0.0 s
  blue 0 ████████████████████████ green 100
  411 writes/s  1,042 failed  of 12,345 operations  27.6 s elapsed"
`);
  });

  test('the block is drawn over itself, not below itself', () => {
    const screen = new Screen();
    const terminal = new Terminal(screen, ENV);
    for (let ms = 0; ms < 5_000; ms += 250) terminal.update(view(ms, 'Replicate'));
    expect(screen.text.split('\n')).toHaveLength(3);
  });

  test('the mark before the running phase moves', () => {
    const screen = new Screen();
    const terminal = new Terminal(screen, ENV);
    const marks = [0, 250].map((ms) => {
      terminal.update(view(ms, 'Replicate'));
      return screen.text.split(' ')[0];
    });
    expect(marks[0]).not.toBe(marks[1]);
  });

  test('a narrow terminal shows less of a line rather than wrapping it', () => {
    const screen = new Screen(30);
    const terminal = new Terminal(screen, ENV);
    for (const ms of [0, 250, 500]) terminal.update(view(ms, 'A phase with a name that is long', { lagMs: 3 }));
    expect(screen.text.split('\n').map((line) => line.length <= 29)).toEqual([true, true, true]);
  });

  test('the weights are drawn as the share that each side has', () => {
    const screen = new Screen();
    const terminal = new Terminal(screen, ENV);
    terminal.update(view(0, 'Canary', { weights: { blue: 75, green: 25 } }));
    expect(screen.text).toContain('blue 75 ████████████████████████ green 25');
    expect(screen.written).toContain('\u001b[34m██████████████████\u001b[39m\u001b[32m██████\u001b[39m');
    terminal.update(view(0, 'Canary', { weights: { blue: 0, green: 0 } }));
    expect(screen.text).toContain('blue 0 ░░░░░░░░░░░░░░░░░░░░░░░░ green 0');
  });

  test('the block makes way for the summary', () => {
    const screen = new Screen(120);
    const terminal = new Terminal(screen, ENV);
    tell(terminal);
    terminal.finish(fencedCutover);
    expect(screen.text).not.toContain('writes/s');
    expect(screen.text).toMatch(/Switch +0\.0 s\n\n {2}Clients are on green\. All invariants hold\./);
  });

  test('a note after the end draws no block again', () => {
    const screen = new Screen(120);
    const terminal = new Terminal(screen, ENV);
    tell(terminal);
    terminal.finish(fencedCutover);
    terminal.note('bye');
    expect(screen.text).not.toContain('writes/s');
    expect(screen.text).toMatch(/bye$/);
  });

  test('there are colours, and none with NO_COLOR, where it is drawn over all the same', () => {
    const [coloured, plain] = [ENV, { ...ENV, NO_COLOR: '1' }].map((env) => {
      const screen = new Screen(120);
      const terminal = new Terminal(screen, env);
      tell(terminal);
      terminal.finish(rolledBack);
      return screen;
    });
    expect(coloured?.colours).toBeGreaterThan(20);
    expect(plain?.colours).toBe(0);
    expect(plain?.written).toContain('\u001b[3A');
    expect(plain?.text).toBe(coloured?.text);
  });

  test.each([
    ['in CI', { ...ENV, CI: 'true' }],
    ['on one that cannot move the cursor', { TERM: 'dumb' }],
  ])('%s there are plain lines', (_, env) => {
    const screen = new Screen();
    tell(new Terminal(screen, env));
    expect(screen.written).not.toContain('\u001b');
  });
});

describe('the summary', () => {
  function summaryOf(record = withByHand): string {
    const log = new Log();
    new Terminal(log, ENV).finish(record);
    return log.text;
  }

  test('has the figures of the record, and those of the switch by hand beside them', () => {
    const { clients, cutover, byHand } = withByHand.result;
    const row = (name: string, ...figures: readonly string[]) =>
      expect(summaryOf()).toMatch(new RegExp(`^ {2}${name} +${figures.join(' +')}$`, 'm'));
    row('Write outage', duration(valuesOf(cutover.writeOutage).writeOutageMs ?? -1), '-');
    row('Failed operations', count(valuesOf(clients).failed), count(valuesOf(byHand?.clients ?? []).failed));
    row('Acknowledged writes lost', '0', '1,284');
    row('Lock violations', '0', '17');
    row('Sessions lost', '0', '402');
  });

  test('tells what of a write outage is the migration’s, and what is DNS’s', () => {
    expect(summaryOf(fencedCutover)).toMatch(/^ {2}Write outage +1\.53 s$/m);
    expect(summaryOf(fencedCutover)).toMatch(/^ {2}Fence until record changed +402 ms$/m);
    expect(summaryOf(fencedCutover)).toMatch(/^ {2}DNS until clients write +1\.15 s$/m);
    expect(summaryOf(rolledBack)).not.toContain('DNS until clients write');
  });

  test('has one column where nothing was done by hand', () => {
    expect(summaryOf(fencedCutover)).not.toContain('by hand');
    expect(summaryOf(fencedCutover)).toMatch(/^ {2}Failed operations +357$/m);
  });

  test('says of a rehearsal that was undone where clients are, and why', () => {
    expect(summaryOf(rolledBack)).toContain('Clients are back on blue.');
    expect(summaryOf(rolledBack)).toContain(rolledBack.result.reason);
    expect(summaryOf(rolledBack)).toContain('Drain 31.0 s failed');
  });

  test('says of each broken invariant how', () => {
    expect(summaryOf(crowded)).toContain('Not fit for production.');
    expect(summaryOf(crowded)).toMatch(/BROKEN {2}4 .*\n +3 acknowledged writes are gone\./);
  });

  test('names the first of many violations, and how many more there are', () => {
    const violations = Array.from({ length: 9 }, (_, index) => ({ invariant: 1, what: `violation ${index + 1}` }));
    const text = summaryOf({
      ...fencedCutover,
      result: { ...fencedCutover.result, ok: false, invariants: { checked: 8, violations } },
    });
    expect(text).toContain('violation 5');
    expect(text).not.toContain('violation 6');
    expect(text).toContain('and 4 more');
  });
});
