import { join } from 'node:path';
import {
  type AnswerKind,
  type GreenAnswer,
  type GreenCommand,
  type GreenRun,
  MAX_ANSWER_CHARACTERS,
  MAX_CLOCK_DIFFERENCE_SECONDS,
  MAX_PROBLEM,
} from '../../contract/batch-handover';
import { currentRevision } from '../definitions';
import { takeLock } from '../lock';
import type { Paths } from '../paths';
import { InvalidArguments, readCommand } from './arguments';
import { HandedJob } from './handed-job';
import { unreadyOf } from './readiness';

/** Does what the state machine tells this host about a job that moves, and says how things stand. Never rejects. */
export async function handover(
  paths: Paths,
  name: string,
  words: readonly string[],
  now: () => Date = () => new Date(),
): Promise<GreenAnswer> {
  let command: GreenCommand | undefined;
  const answer = (kind: AnswerKind, more: Partial<GreenAnswer> = {}): GreenAnswer =>
    fitted({ answer: kind, command: command?.command ?? '', job: command?.job ?? '', clock: moment(now()), ...more });
  try {
    command = readCommand(name, words);
    if (Date.parse(command.sent) - now().getTime() > MAX_CLOCK_DIFFERENCE_SECONDS * 1_000) return answer('clockBehind');
    if (command.command === 'look') return answer(...(await perform(paths, command, now)));
    const lock = await takeLock(join(paths.locks, '.handover'), true);
    try {
      return answer(...(await perform(paths, command, now)));
    } finally {
      lock?.release();
    }
  } catch (error) {
    const kind = error instanceof InvalidArguments ? 'invalid' : 'failed';
    return answer(kind, { problem: (error as Error).message.slice(0, MAX_PROBLEM) });
  }
}

type Performed = [kind: AnswerKind, more?: Partial<GreenAnswer>];

async function perform(paths: Paths, command: GreenCommand, now: () => Date): Promise<Performed> {
  if (now().getTime() > Date.parse(command.deadline)) return ['late'];
  const revision = currentRevision(paths);
  const definition = revision.definitions.jobs.find(({ name }) => name === command.job);
  if (definition === undefined) return ['unknownJob'];
  const job = await HandedJob.of(paths, revision, definition, now());
  if (!job.hasLease && command.command !== 'look') return ['noLease', { holder: job.holder, instance: job.instance }];
  const kind = change(job, command);
  const checks = command.command === 'look' && command.check === 'yes';
  const unready = checks ? await unreadyOf(definition, revision.definitions.region) : undefined;
  return [kind, { ...job.state(command), ...(unready !== undefined && { unready }) }];
}

function change(job: HandedJob, command: GreenCommand): AnswerKind {
  switch (command.command) {
    case 'look':
      return 'ok';
    case 'gate':
      return job.tell({ epoch: command.epoch, from: command.cut, runs: command.runs === 'yes' });
    case 'settle':
      return job.settle(command);
    case 'owed':
      return job.makeUp(command);
    case 'runNow':
      return job.runNow(command);
  }
}

export const moment = (at: Date) => `${at.toISOString().slice(0, 19)}Z`;

/** Run Command shows no more. What is left out is in the figures beside the lists. */
function fitted(answer: GreenAnswer): GreenAnswer {
  let fits = answer;
  for (let most = 30; JSON.stringify(fits).length > MAX_ANSWER_CHARACTERS && most > 0; most -= 1) {
    const { left, lastRuns, owed } = answer;
    fits = {
      ...answer,
      ...(left !== undefined && { left: left.slice(-most) }),
      ...(lastRuns !== undefined && { lastRuns: lastRuns.slice(0, most) satisfies readonly GreenRun[] }),
      ...(owed !== undefined && {
        owed: { ...owed, started: owed.started.slice(-most), leftOut: owed.leftOut.slice(-most) },
      }),
    };
  }
  return fits;
}
