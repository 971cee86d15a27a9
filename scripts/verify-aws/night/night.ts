import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListExecutionsCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { Action } from '../../../bin/operator/actions';
import { answer } from '../../../bin/operator/answer';
import { askedApproval } from '../../../bin/operator/asked-approval';
import { consentOf } from '../../../bin/operator/consent';
import { readJournal, readParameters } from '../../../bin/operator/parameters';
import { start } from '../../../bin/operator/start';
import { namesOf, type Scenario } from '../app/scenario';
import type { AwsClients } from '../aws-clients';
import type { Observed, Pace, Places, Run } from './observed';
import { callsOf } from './service-call';

/** Where the third execution is stopped. */
const STOPPED_IN: Readonly<Record<Scenario, string>> = { cold: 'Canary', fenced: 'Fence' };

export interface NightProps {
  readonly scenario: Scenario;
  readonly clients: AwsClients;
  readonly places: Places;
  readonly pace: Pace;
  readonly note: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface Performed extends Pick<Observed, 'runs' | 'stop'> {
  /** Why it did not come to its end. */
  readonly failure?: string;
}

/** What it starts it has deployed itself. */
const OF_ITS_OWN = async (): Promise<void> => undefined;

/** Anyone who runs the night: starts what is to be started, approves, stops one in the middle, and looks at all of it. */
export class Night {
  private readonly migration: string;
  /** A token that has been answered already. */
  private approved = '';

  constructor(private readonly props: NightProps) {
    this.migration = namesOf(props.scenario).migration;
  }

  /** Everything, until something does not end as it must. */
  async perform(): Promise<Performed> {
    const runs: Run[] = [];
    try {
      for (const action of ['preflight', 'cutover', 'rollback'] as const) {
        const run = await this.ended(action, await this.start(action));
        runs.push(run);
        if (run.status !== 'SUCCEEDED') throw new Error(`${action} ended ${run.status}: ${run.said}`);
      }
      const { stopped, stop, recovery } = await this.stopInTheMiddle();
      return { runs: [...runs, stopped, recovery], stop };
    } catch (error) {
      this.props.signal.throwIfAborted();
      return { runs, failure: error instanceof Error ? error.message : String(error) };
    }
  }

  private async start(action: Action): Promise<string> {
    this.props.note(`${action}: started`);
    const { execution = '' } = await start(this.props.clients, this.migration, action, OF_ITS_OWN);
    return execution;
  }

  private async ended(action: string, executionArn: string): Promise<Run> {
    const { clients, pace, note } = this.props;
    const startedAt = Date.now();
    for (;;) {
      const { status, output, cause } = await clients.sfn.send(new DescribeExecutionCommand({ executionArn }));
      if (status !== undefined && status !== 'RUNNING') {
        const events = await this.historyOf(executionArn);
        const seconds = Math.round((Date.now() - startedAt) / 1_000);
        note(`${action}: ${status} after ${seconds} s`);
        return { action, executionArn, status, seconds, said: output ?? cause ?? '', events, calls: callsOf(events) };
      }
      if (Date.now() - startedAt > pace.runMs)
        throw new Error(`${action} still runs after ${pace.runMs / 60_000} min.`);
      await this.approve();
      await this.pass();
    }
  }

  private async approve(): Promise<void> {
    const { clients, note } = this.props;
    const parameters = await readParameters(clients.ssm, this.migration);
    const asked = await askedApproval(clients, parameters);
    if (asked === undefined || asked.token === this.approved) return;
    try {
      const given = { approved: true, by: 'verify:aws', action: 'cutover' } as const;
      await answer(clients, this.migration, given, consentOf(true));
      this.approved = asked.token;
      note('approved');
    } catch (error) {
      // Somebody else may have answered, or the execution may have ended since.
      note(`not approved yet: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private async stopInTheMiddle() {
    const { clients, scenario, note } = this.props;
    const executionArn = await this.start('cutover');
    const phase = STOPPED_IN[scenario];
    const startedAt = Date.now();
    while (readJournal(await readParameters(clients.ssm, this.migration))?.phase !== phase) {
      const { status, cause } = await clients.sfn.send(new DescribeExecutionCommand({ executionArn }));
      if (status !== 'RUNNING' || Date.now() - startedAt > this.props.pace.runMs) {
        throw new Error(`The cutover to be stopped in ${phase} did not come there; it is ${status}: ${cause}`);
      }
      await this.approve();
      await this.pass();
    }
    note(`stop it in ${phase}`);
    const stoppedAt = Date.now();
    await clients.sfn.send(new StopExecutionCommand({ executionArn, error: 'Stopped', cause: 'by verify:aws' }));
    const stopped = await this.ended('cutover, stopped', executionArn);
    const describedAfterMs = Date.now() - stoppedAt;
    const byItself = await this.recoveryAfter(executionArn, stoppedAt);
    const recoveryArn = byItself?.executionArn ?? (await this.start('recover'));
    const recovery = await this.ended('recover', recoveryArn);
    const stop = { phase, describedAfterMs, ...(byItself !== undefined && { recoveryAfterMs: byItself.afterMs }) };
    return { stopped, stop, recovery };
  }

  /** The first execution that somebody else started since. */
  private async recoveryAfter(executionArn: string, stoppedAt: number) {
    const { clients, pace } = this.props;
    const stateMachineArn = executionArn.replace(':execution:', ':stateMachine:').replace(/:[^:]+$/, '');
    while (Date.now() - stoppedAt < pace.patienceMs) {
      const { executions = [] } = await clients.sfn.send(
        new ListExecutionsCommand({ stateMachineArn, maxResults: 10 }),
      );
      const [newest] = executions;
      if (newest?.executionArn !== undefined && newest.executionArn !== executionArn) {
        return { executionArn: newest.executionArn, afterMs: (newest.startDate?.getTime() ?? stoppedAt) - stoppedAt };
      }
      await this.pass();
    }
    return undefined;
  }

  private async historyOf(executionArn: string): Promise<HistoryEvent[]> {
    const events: HistoryEvent[] = [];
    let nextToken: string | undefined;
    do {
      const page = await this.props.clients.sfn.send(
        new GetExecutionHistoryCommand({ executionArn, maxResults: 1_000, includeExecutionData: true, nextToken }),
      );
      events.push(...(page.events ?? []));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return events;
  }

  private async pass(): Promise<void> {
    await sleep(this.props.pace.pollMs, undefined, { signal: this.props.signal });
  }
}
