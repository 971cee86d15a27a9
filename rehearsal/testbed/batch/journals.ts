import type { BatchManifest, JobJournal } from '../../../contract/batch-migration';
import type { BatchTestbed } from './batch-testbed';

/** What Parameter Store has of the journals of jobs. */
export class Journals {
  constructor(
    private readonly testbed: Pick<BatchTestbed, 'account'>,
    private readonly manifest: Pick<BatchManifest, 'journals' | 'jobs'>,
  ) {}

  /** All that a job's journal has been, oldest first. */
  historyOf(job: string): readonly JobJournal[] {
    const { parameters } = this.testbed.account.ssm;
    return parameters.valuesOf(`${this.manifest.journals}/${job}`).map((text) => JSON.parse(text) as JobJournal);
  }

  /** As they are now, of jobs that somebody has moved. */
  now(): ReadonlyMap<string, JobJournal> {
    return new Map(
      this.manifest.jobs.flatMap(({ name }) => {
        const newest = this.historyOf(name).at(-1);
        return newest === undefined ? [] : [[name, newest] as const];
      }),
    );
  }

  /** What has not ended on a side, a sentence each. */
  unsettled(): string[] {
    return [...this.now()]
      .filter(([, { phase }]) => phase !== undefined && phase !== 'settled')
      .map(([job, { phase }]) => `${job}: it has not ended on a side, its journal says ${phase}.`);
  }
}
