import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { connect } from '../connection';
import { movesJobs, readParameters } from '../parameters';
import { LinesView } from './lines-view';
import { LiveView } from './live-view';
import type { ExecutionView } from './view';
import { vitalSigns } from './vital-signs';
import { watch } from './watch';
import { watchJobs } from './watch-jobs';

/** An execution that did not succeed: everything else that goes wrong is 1. */
const NOT_SUCCEEDED = 2;

const REDRAWN_EVERY_MS = 200;

/** Until the execution has ended. The exit code says how. */
export async function follow(
  clients: ReturnType<typeof connect>,
  migration: string,
  execution?: string,
): Promise<void> {
  const ofJobs = movesJobs(await readParameters(clients.ssm, migration));
  const { view, close } = viewOf(process.stdout, ofJobs);
  const interrupted = () => {
    close();
    process.stderr.write(`\nThe execution goes on. Follow it again: cutover watch ${migration}\n`);
    process.exit(130);
  };
  process.once('SIGINT', interrupted);
  try {
    const which = { migration, ...(execution !== undefined && { execution }) };
    const cloudwatch = new CloudWatchClient(clients.where);
    const status = ofJobs
      ? await watchJobs(clients, { ...which, output: process.stdout })
      : (await watch(clients, { ...which, view, vitals: (read) => vitalSigns(cloudwatch, read, Date.now()) })).status;
    if (status !== 'SUCCEEDED') process.exitCode = NOT_SUCCEEDED;
  } finally {
    close();
    process.off('SIGINT', interrupted);
  }
}

/** Of jobs there are lines alone: dozens change at a time. */
function viewOf(
  output: NodeJS.WriteStream,
  ofJobs: boolean,
): { readonly view: ExecutionView; readonly close: () => void } {
  if (ofJobs || output.isTTY !== true) return { view: new LinesView(output), close: () => undefined };
  const view = new LiveView(output, output.hasColors());
  const timer = setInterval(() => view.redraw(), REDRAWN_EVERY_MS);
  return { view, close: () => clearInterval(timer) };
}
