import { Command } from 'commander';
import { LinesView } from './operator/watch/lines-view';
import { LiveView } from './operator/watch/live-view';
import type { ExecutionView } from './operator/watch/view';
import { watch } from './operator/watch/watch';

type WatchClients = Parameters<typeof watch>[0];

/** An execution that did not succeed: everything else that goes wrong is 1. */
const NOT_SUCCEEDED = 2;

const REDRAWN_EVERY_MS = 200;

export function watchCommand(clients: () => WatchClients): Command {
  return new Command('watch')
    .description('follow an execution: its phases, weights, what it waits for; the last lines say who serves')
    .argument('<migration>', 'its name, as in `cutover list`')
    .option('--execution <arn>', 'which execution (default: the one that has the migration, or had it last)')
    .addHelpText(
      'after',
      `
It changes nothing: Ctrl-C ends the watching, and the execution goes on.
Exit code: 0 when the execution succeeded, ${NOT_SUCCEEDED} when it ended otherwise, 1 when it could not be followed.`,
    )
    .action((migration: string, { execution }: { execution?: string }) => follow(clients(), migration, execution));
}

/** Until the execution has ended. The exit code says how. */
export async function follow(clients: WatchClients, migration: string, execution?: string): Promise<void> {
  const { view, close } = viewOf(process.stdout);
  const interrupted = () => {
    close();
    process.stderr.write(`\nThe execution goes on. Follow it again: cutover watch ${migration}\n`);
    process.exit(130);
  };
  process.once('SIGINT', interrupted);
  try {
    const { status } = await watch(clients, { migration, view, ...(execution !== undefined && { execution }) });
    if (status !== 'SUCCEEDED') process.exitCode = NOT_SUCCEEDED;
  } finally {
    close();
    process.off('SIGINT', interrupted);
  }
}

function viewOf(output: NodeJS.WriteStream): { readonly view: ExecutionView; readonly close: () => void } {
  if (output.isTTY !== true) return { view: new LinesView(output), close: () => undefined };
  const view = new LiveView(output, output.hasColors());
  const timer = setInterval(() => view.redraw(), REDRAWN_EVERY_MS);
  return { view, close: () => clearInterval(timer) };
}
