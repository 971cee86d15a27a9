import { join } from 'node:path';
import type { Program } from './host-process';
import { STAND_IN } from './programs-on-path';
import { PYTHON_VARIABLES } from './supervisor-packages';

/** Where the files of a host's supervisord are, as Debian's package lays them out. */
export const supervisorFiles = (root: string) => ({
  configuration: join(root, 'etc/supervisor/supervisord.conf'),
  programs: join(root, 'etc/supervisor/conf.d'),
  socket: join(root, 'run/supervisor.sock'),
  pid: join(root, 'run/supervisord.pid'),
  log: join(root, 'log/supervisord.log'),
});

/** supervisord.conf(5). */
export function supervisorConfiguration(root: string): string {
  const files = supervisorFiles(root);
  return `[unix_http_server]
file=${literal(files.socket)}
chmod=0700

[supervisord]
nodaemon=true
logfile=${literal(files.log)}
pidfile=${literal(files.pid)}

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface

[supervisorctl]
serverurl=unix://${literal(files.socket)}

[include]
files=${literal(files.programs)}/*.conf
`;
}

/**
 * A program's own file.
 *
 * @param guard what ends the program when supervisord is gone, e.g. `setpriv --pdeathsig KILL --`
 */
export function programConfiguration(root: string, program: Program, guard: readonly string[]): string {
  const { name, process, autorestart = true, autostart = true, stopwaitsecs = 10 } = program;
  const command = typeof process === 'string' ? process : `${join(root, 'bin', STAND_IN)} ${name}`;
  const clean = ['/usr/bin/env', ...PYTHON_VARIABLES.flatMap((variable) => ['-u', variable])];
  return `[program:${name}]
command=${[...clean, ...guard, literal(command)].join(' ')}
directory=${literal(root)}
autostart=${autostart}
autorestart=${autorestart}
startsecs=0
stopwaitsecs=${stopwaitsecs}
redirect_stderr=true
stdout_logfile=${literal(join(root, 'log', `${name}.log`))}
`;
}

/** supervisord takes % for the beginning of an expansion. */
const literal = (text: string) => text.replaceAll('%', '%%');
