import { type FoundJob, MASKED } from './found-jobs';
import type { BatchInventory } from './inventory';

/** The list to begin with: each job as `BatchJob` has it, with owner, purpose and decision to fill in. */
export function inventoryTypeScript({ instance, host, zone, jobs, problems }: BatchInventory): string {
  const left = problems.map(({ file, line }) => `// Not read, see the inventory: ${file}:${line}`);
  return `import type { BatchJob } from 'cdk-cutover';

/**
 * What cron runs on ${oneLine(host)} (${instance}), whose time zone is ${zone === '' ? 'not known' : oneLine(zone)}.
 *
 * Fill in for each job who answers for it and what it is for, and decide: \`BatchDecision.MOVED\`, the default, or
 * \`BatchDecision.RETIRED\`. \`***\` stands for what may be a secret: put it into Secrets Manager, and name it in \`secrets\`.
 */
export const jobs: BatchJob[] = [
${[...jobs.map(jobText), ...left.map((line) => `  ${line}`)].join('\n')}
];
`;
}

/** Of cron itself, and not of what it starts. */
const OF_CRON = ['MAILTO', 'MAILFROM', 'CRON_TZ', 'RANDOM_DELAY'];

function jobText(job: FoundJob): string {
  const { name, file, line, schedule, command, standardInput, user, timeZone, secrets } = job;
  const all = Object.entries(job.environment).filter(([variable]) => !OF_CRON.includes(variable));
  const environment = all.filter(([, value]) => !value.includes(MASKED));
  const masked = all.filter(([, value]) => value.includes(MASKED)).map(([variable]) => variable);
  const properties = [
    `name: ${quoted(name)},`,
    `schedule: ${quoted(schedule)},`,
    `command: ${quoted(command)},`,
    ...(standardInput === undefined ? [] : [`standardInput: ${quoted(standardInput)},`]),
    `user: ${quoted(user)},`,
    ...(timeZone === undefined ? [] : [`timeZone: ${quoted(timeZone)},`]),
    ...(environment.length === 0
      ? []
      : [
          `environment: { ${environment.map(([variable, value]) => `${key(variable)}: ${quoted(value)}`).join(', ')} },`,
        ]),
    ...(masked.length === 0 ? [] : [`// secrets: for ${masked.map(oneLine).join(', ')}`]),
    ...(secrets.length === 0 ? [] : [`// What may be secrets: ${secrets.map(oneLine).join(', ')}`]),
    `owner: '', // ${job.environment.MAILTO ? `MAILTO is ${oneLine(job.environment.MAILTO)}` : 'who is told when it fails'}`,
    `purpose: '',`,
    `// decision: BatchDecision.RETIRED,`,
  ];
  return [`  // ${oneLine(file)}:${line}`, '  {', ...properties.map((property) => `    ${property}`), '  },'].join(
    '\n',
  );
}

/** What a host has printed must stay within a comment. */
function oneLine(text: string): string {
  return text.replace(/[^\x20-\x7e]+|\*\//g, ' ');
}

function quoted(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${escaped.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`;
}

function key(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) && name !== '__proto__' ? name : quoted(name);
}
