import { existsSync, readFileSync } from 'node:fs';
import type { BatchDefinitions } from '../../contract/batch';
import { replaceFile } from '../atomic-file';
import type { Paths } from '../paths';
import type { Machine } from './machine';

/** Has each job's output go to the job's log group, the runner's lines to theirs, and all logs kept small on the disk. */
export function followLogs(paths: Paths, definitions: BatchDefinitions, machine: Machine): void {
  replaceFile(paths.logRotation, rotationOf(paths), 0o644);
  const configuration = `${JSON.stringify(agentConfiguration(paths, definitions), undefined, 2)}\n`;
  if (textOf(paths.cloudWatchAgent) === configuration && machine.isCloudWatchAgentUp()) return;
  replaceFile(paths.cloudWatchAgent, configuration, 0o644);
  machine.startCloudWatchAgent();
}

function agentConfiguration(paths: Paths, { jobs, logFiles, runsLogGroup, region }: BatchDefinitions): object {
  const follow = (path: string, group: string) => ({
    file_path: path,
    log_group_name: group,
    log_stream_name: '{instance_id}',
    timezone: 'UTC',
  });
  return {
    agent: { run_as_user: 'root', region },
    logs: {
      logs_collected: {
        files: {
          collect_list: [
            follow(paths.runsLog, runsLogGroup),
            ...jobs.map(({ name, logGroup }) => follow(paths.logOf(name), logGroup)),
            ...logFiles.map(({ path, logGroup }) => follow(path, logGroup)),
          ],
        },
      },
    },
  };
}

/** A run that goes on writes on into its file: so the file is copied and emptied, not moved. */
function rotationOf({ logs, runsLog }: Paths): string {
  return [
    `${logs}/jobs/*.log ${runsLog} {`,
    '  size 10M',
    '  rotate 4',
    '  compress',
    '  copytruncate',
    '  missingok',
    '  notifempty',
    '}',
    '',
  ].join('\n');
}

function textOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
