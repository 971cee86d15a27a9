import { AgentError } from '../../../agent/errors';
import { CLIENTS } from './clients';

/** A process of its own, whose memory is that of one client: the parent serves it, and reads one line of JSON. */
const [name = '', port = ''] = process.argv.slice(2);
const client = Object.entries(CLIENTS).find(([each]) => each === name)?.[1];
if (client === undefined) throw new Error(`There is no client ${name}.`);

void client(Number(port))
  .then(
    () => 'nothing',
    (error: unknown) =>
      error instanceof AgentError ? `${error.name}: ${error.message}` : `not ours: ${String(error)}`,
  )
  .then((failure) => {
    const { maxRSS } = process.resourceUsage();
    process.stdout.write(JSON.stringify({ failure, megabytes: Math.round(maxRSS / 1024) }), () => process.exit(0));
  });
