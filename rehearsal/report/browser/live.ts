import type { GroupSeen } from '../../clients/client-group';
import type { LiveAnswer, LivePicture } from '../live/live-picture';
import { padded } from '../span';
import { latencyScale } from '../svg/latency-chart';
import { count, duration } from '../units';
import { InteractiveChart } from './interactive-chart';

const EVERY_MS = 1_000;
const byId = (id: string) => document.getElementById(id) ?? document.body;
let chart: InteractiveChart | undefined;

async function ask(): Promise<void> {
  try {
    const answer = (await (await fetch('/now')).json()) as LiveAnswer;
    if (answer.picture !== undefined) show(answer.picture);
    if (answer.ended !== undefined) {
      byId('phase').textContent = answer.ended;
      return;
    }
  } catch {
    byId('phase').textContent = 'The rehearsal does not answer any more: see its terminal.';
    return;
  }
  setTimeout(ask, EVERY_MS);
}

function show({ view, happened, groups }: LivePicture): void {
  const { phase, weights, lagMs, operations, failed, writesPerSecond, elapsedMs } = view;
  if (byId('phase').textContent !== phase) byId('phase').textContent = phase === '' ? 'Before the first phase' : phase;
  byId('now').textContent = [
    `${duration(elapsedMs)} elapsed; weights: blue ${weights.blue}, green ${weights.green}`,
    ...(lagMs === undefined ? [] : [`lag ${duration(lagMs)}`]),
    `${count(writesPerSecond)} writes a second; ${count(failed)} of ${count(operations)} operations failed.`,
  ].join('; ');
  byId('groups').replaceChildren(...groups.map(row));
  // Before it there are servers that start, and nothing to see.
  const begins = (happened.series[0]?.atMs ?? happened.startedAt) - happened.startedAt;
  const drawn = {
    ...{ id: 'live', title: 'What has happened so far', happened, scale: latencyScale(happened.series) },
    window: padded({ fromMs: Math.max(0, begins), toMs: elapsedMs }, 0, 100),
  };
  if (chart === undefined) {
    byId('live').hidden = false;
    chart = new InteractiveChart(byId('live'), drawn);
  }
  chart.update(drawn);
}

function row({ group, running, of, answeredBy, operations, failed, p50Ms, p99Ms }: GroupSeen): HTMLElement {
  const made = document.createElement('tr');
  const latency = (ms: number | undefined) => (ms === undefined ? '–' : duration(ms));
  const cells = [
    group,
    `${running} of ${of}`,
    answeredBy.reads ?? '–',
    answeredBy.writes ?? '–',
    count(operations),
    count(failed),
    latency(p50Ms),
    latency(p99Ms),
  ];
  for (const [index, text] of cells.entries()) {
    const cell = document.createElement(index === 0 ? 'th' : 'td');
    if (index === 0) cell.setAttribute('scope', 'row');
    if (index > 3) cell.className = index === 5 && failed > 0 ? 'number damage' : 'number';
    if (text === 'blue' || text === 'green') cell.className = `of-${text}`;
    cell.textContent = text;
    made.append(cell);
  }
  return made;
}

void ask();
