import { renderMarkdown } from '../../rehearsal/runbook/markdown';
import { readRunbook } from '../../rehearsal/runbook/runbook';

export interface RunbookOptions {
  /** The folder of a synthesized app. */
  readonly app: string;
  readonly json?: boolean;
}

/** The runbook of an app's migration as text, ready to be put before people. Needs no AWS account. */
export async function runbook({ app, json }: RunbookOptions): Promise<string> {
  const read = await readRunbook(app);
  return json === true ? `${JSON.stringify(read, undefined, 2)}\n` : renderMarkdown(read);
}
