import { Argument, Command } from 'commander';
import type { Side } from '../../contract/common';
import { portNumber } from '../options';
import { type Connect, migrationArgument, type Output, print } from './command';

interface ConnectOptions extends Output {
  readonly localPort?: number;
  readonly check?: boolean;
}

export function connectCommand(connect: Connect): Command {
  return new Command('connect')
    .description('open a logged shell on the migration host, or lead a port of this machine to blue or green')
    .addArgument(migrationArgument())
    .addArgument(new Argument('[side]', 'lead a port to it (default: a shell on the host)').choices(['blue', 'green']))
    .option('--local-port <port>', 'of this machine, for a side (default: any that is free)', portNumber)
    .option('--check', 'open a session and end it: days before, for each operator')
    .option('--json', 'with --check: print JSON')
    .addHelpText(
      'after',
      `
It needs Session Manager's plugin, the rights of grantOperate and of host.grantConnect, and for a side a migration with
host.portForwarding. Examples:
  cutover connect sessions --check
  cutover connect sessions
  cutover connect orders green --local-port 13306`,
    )
    .action(async (migration: string, side: Side | undefined, options: ConnectOptions) => {
      const { localPort, check } = options;
      if (options.json === true && check !== true) {
        throw new Error('--json: a session prints no JSON. Add --check, or leave it out.');
      }
      if (localPort !== undefined && side === undefined) {
        throw new Error('--local-port: a shell has no port. Name a side, blue or green, or leave it out.');
      }
      const { checkConnection, openSession } = await import('../operator/connect.js');
      const connected = await connect();
      const to = { ...(side !== undefined && { side }), ...(localPort !== undefined && { localPort }) };
      if (check === true) return print(await checkConnection(connected, migration, to), options);
      const { session } = await openSession(connected, migration, to);
      const { runPlugin } = await import('../operator/session-plugin.js');
      process.exitCode = await runPlugin(connected.ssm, connected.where.profile ?? '', session);
    });
}
