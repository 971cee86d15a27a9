import type { ClientLoad } from '../clients/load';
import { SLICE_MS } from '../clients/protocol';
import type { LivePicture } from '../report/live/live-picture';
import type { LiveView, PhaseRun, WeightChange } from '../report/result';
import { numbered } from '../report/svg/incident-marks';
import type { Account } from './account';
import type { SystemUnderTest } from './system-under-test';
import type { Timeline } from './timeline';

export interface LiveMonitorProps {
  readonly account: Account;
  readonly system: Pick<SystemUnderTest, 'weights'>;
  readonly clients: ClientLoad;
  readonly timeline: Timeline;
  readonly elapsedMs: () => number;
  /** Since the epoch. */
  readonly startedAt: number;
}

/** What is seen of a rehearsal while it runs. */
export class LiveMonitor {
  readonly weightChanges: WeightChange[] = [];
  /** The last lag that the agent has reported. Milliseconds. */
  lagMs?: number;
  private writesBefore = { atMs: 0, writes: 0 };
  private rate = 0;

  constructor(private readonly props: LiveMonitorProps) {}

  noteWeights(): void {
    const weights = this.props.system.weights(this.props.account);
    const last = this.weightChanges.at(-1);
    if (last?.blue === weights.blue && last.green === weights.green) return;
    this.weightChanges.push({ atMs: this.props.elapsedMs(), ...weights });
  }

  view(): LiveView {
    const { account, system, clients, timeline, elapsedMs } = this.props;
    const { operations, failed, writes } = clients.totals;
    const atMs = elapsedMs();
    const seconds = (atMs - this.writesBefore.atMs) / 1000;
    if (seconds >= 1) {
      this.rate = (writes - this.writesBefore.writes) / seconds;
      this.writesBefore = { atMs, writes };
    }
    return {
      elapsedMs: atMs,
      phase: timeline.current,
      undoes: timeline.part?.part === 'undo',
      weights: system.weights(account),
      ...(this.lagMs !== undefined && { lagMs: this.lagMs }),
      operations,
      failed,
      writesPerSecond: Math.round(this.rate),
    };
  }

  /** All that has happened so far, and what each group of clients sees now. */
  picture(): LivePicture {
    const { clients, timeline, startedAt } = this.props;
    return {
      view: this.view(),
      groups: clients.groupsSeen(),
      happened: {
        phases: [...timeline.phases, ...this.runningPhase()],
        series: clients.series(),
        startedAt,
        sliceMs: SLICE_MS,
        origin: 'the rehearsal began',
        weights: this.weightChanges,
        incidents: numbered(timeline.incidents),
        writeOutages: [],
      },
    };
  }

  /** As if it ended now. */
  private runningPhase(): PhaseRun[] {
    const { timeline, elapsedMs } = this.props;
    return timeline.running().map(({ name, of, startedMs }) => ({
      ...{ name, of, startedMs },
      ...{ durationMs: elapsedMs() - startedMs, outcome: 'succeeded' as const },
    }));
  }
}
