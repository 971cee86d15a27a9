import { join } from 'node:path';
import type { Command } from '../engines/engine';

/** A file of a host's `bin` folder. */
export interface ScriptFile {
  readonly name: string;
  readonly text: string;
}

/** A program that asks the rehearsal for its answer. */
export const toolScript = (name: string, port: number): ScriptFile => ({
  name,
  text: `#!/bin/bash
exec 3<>/dev/tcp/127.0.0.1/${port} || exit 1
words=()
for word in "$@"; do words+=("$(printf %s "$word" | base64 -w 0)"); done
printf '%s\\n' "tool ${name} \${words[*]}" >&3
read -r code out err <&3 || exit 1
[ "$out" = - ] || printf %s "$out" | base64 -d
[ "$err" = - ] || printf %s "$err" | base64 -d >&2
exit "$code"
`,
});

/** The name of the program that stands for something of the rehearsal. */
export const STAND_IN = 'rehearsed-process';

/**
 * The process that stands for something of the rehearsal: it lives as long as that does. Told to end, it passes that
 * on, and ends when that has ended; killed, its connection tells. It has no child, which would hold the connection.
 */
export const standInScript = (port: number): ScriptFile => ({
  name: STAND_IN,
  text: `#!/bin/bash
exec 3<>/dev/tcp/127.0.0.1/${port} || exit 1
printf 'process %s\\n' "$1" >&3
trap 'printf "stop\\n" >&3' TERM INT
while read -r -t 0.2 -u 3 _ || [ $? -gt 128 ]; do :; done
`,
});

/** A program of the machine, with the arguments and variables it needs on this host. */
export const wrapperScript = (name: string, { file, args, env }: Command): ScriptFile => ({
  name,
  text: `#!/bin/sh
${Object.entries(env)
  .map(([variable, value]) => `export ${variable}=${quoted(value)}\n`)
  .join('')}exec ${[file, ...args].map(quoted).join(' ')} "$@"
`,
});

/** What a host's PATH is: its own programs first, then the machine's. */
export const pathOf = (root: string): string =>
  [join(root, 'bin'), '/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'].join(':');

/** As one word of a POSIX shell. */
export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
