import { last, leave } from './side-effects';

/** What scripts of the app reach out with; each use of it is a side effect of the job that the script is of. */
const REACH = ['curl', 'mysql', 'openssl'] as const;

/** Stand-ins for these on green. A program of a job that is to fail there ends with 1. */
export function outsideTools(
  failing: readonly string[],
  lasting: Readonly<Record<string, number>>,
): Readonly<Record<(typeof REACH)[number], string>> {
  const fails = failing.length === 0 ? '' : `case $CUTOVER_JOB in ${failing.join('|')}) exit 1 ;; esac\n`;
  // Begin and end are the script's that calls it: its process is the run.
  const effects = `${leave('$CUTOVER_JOB')}\n${last('$CUTOVER_JOB', lasting)}`.replaceAll('$$', '$PPID');
  const text = `#!/bin/sh
cat > /dev/null
${effects}${fails}echo 5
`;
  return Object.fromEntries(REACH.map((name) => [name, text])) as Record<(typeof REACH)[number], string>;
}
