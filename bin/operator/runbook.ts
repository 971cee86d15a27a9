import { renderMarkdown } from '../../rehearsal/runbook/markdown';
import { readRunbook } from '../../rehearsal/runbook/runbook';

export interface RunbookOptions {
  /** The folder of a synthesized app. */
  readonly app: string;
  /** Name of the migration. @default - the only one there is */
  readonly migration?: string;
  readonly json?: boolean;
}

/** The runbook of an app's migration as text, ready to be put before people. Needs no AWS account. */
export async function runbook({ app, migration, json }: RunbookOptions): Promise<string> {
  const read = await readRunbook(app, migration);
  return json === true ? `${JSON.stringify(read, undefined, 2)}\n` : renderMarkdown(read);
}
