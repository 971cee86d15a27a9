import type { Redis } from 'ioredis';

/** Closes the connection on which the agent hears of changes, and no other. */
export async function closeEvents(server: Redis): Promise<void> {
  for (const line of String(await server.client('LIST')).split('\n')) {
    const id = /id=(\d+) .*name=cdk-cutover-agent:events /.exec(line)?.[1];
    if (id !== undefined) await server.client('KILL', 'ID', Number(id));
  }
}
