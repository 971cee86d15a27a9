import { setTimeout as sleep } from 'node:timers/promises';
import { GetExecutionHistoryCommand, type HistoryEvent, type SFNClient } from '@aws-sdk/client-sfn';
import type { ExecutionProgress } from './execution-progress';

/** Events a page, the most that Step Functions gives. */
const PAGE = 1_000;

/** How long after an answer it is asked again. */
const BETWEEN_MS = 2_000;

export interface Following {
  readonly sfn: SFNClient;
  readonly execution: string;
  readonly progress: ExecutionProgress;
  /** Called after each answer, also where nothing is new. */
  readonly tell: () => Promise<void> | void;
  /** Called where AWS did not answer; it is asked again all the same. */
  readonly unanswered: (problem: Error) => void;
  /** @default - 2 s */
  readonly wait?: () => Promise<unknown>;
}

/** Reads the history of an execution until its end. */
export async function followExecution(following: Following): Promise<void> {
  const { progress, tell, wait = () => sleep(BETWEEN_MS) } = following;
  for (;;) {
    for (const event of await answered(following)) progress.see(event);
    await tell();
    if (progress.end !== undefined) return;
    await wait();
  }
}

async function answered(following: Following): Promise<readonly HistoryEvent[]> {
  const { sfn, execution, progress, unanswered } = following;
  try {
    return await eventsAfter(sfn, execution, progress.last);
  } catch (error) {
    if (!(error instanceof Error) || isFinal(error)) throw error;
    unanswered(error);
    return [];
  }
}

/** The newest page first: of a long history only what is new is read. */
async function eventsAfter(sfn: SFNClient, executionArn: string, last: number): Promise<readonly HistoryEvent[]> {
  const found: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const { events = [], ...page } = await sfn.send(
      new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: PAGE, nextToken }),
    );
    found.push(...events.filter(({ id = 0 }) => id > last));
    nextToken = events.some(({ id = 0 }) => id <= last) ? undefined : page.nextToken;
  } while (nextToken !== undefined);
  return found.reverse();
}

/** What asking again does not change: permissions, credentials, a name that is not there. */
function isFinal({ name }: Error): boolean {
  return /AccessDenied|DoesNotExist|InvalidArn|Credentials|ExpiredToken|UnrecognizedClient|InvalidSignature/.test(name);
}
