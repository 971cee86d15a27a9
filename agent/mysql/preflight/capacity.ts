import type { Finding, Side } from '../../../contract/common';
import { figure } from '../result-row';
import { type Survey, type SurveyedSide, sidesOf } from './survey';

/** The agent's verbs, and people with a shell. */
const needed = 10;

/** Whether there is a connection left for the agent, and one for every client on the other side. */
export async function checkConnections(survey: Survey): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const side of sidesOf(survey)) findings.push(...(await free(side)));
  return [...findings, ...(await enough(survey))];
}

/** Nothing else could be looked at. */
export function noConnectionLeft(side: Side, place: string): Finding {
  return {
    id: `mysql.no-free-connections.${side}`,
    severity: 'error',
    message: `${place} has no connection left for the agent, so that nothing else could be looked at; the agent needs ${needed} free.`,
    remedy: `Close connections that nobody needs, or raise max_connections in its parameter group (max_user_connections where the agent's user has a limit of its own), and repeat.`,
  };
}

async function free(side: SurveyedSide): Promise<readonly Finding[]> {
  const connected = await status(side, 'Threads_connected');
  const most = limit(side);
  if (most - connected >= needed) return [];
  return [
    {
      id: `mysql.no-free-connections.${side.side}`,
      severity: 'error',
      message: `${side.where} has ${connected} of ${most} connections in use; the agent needs ${needed} free.`,
      remedy: `Raise max_connections in its parameter group, or see who holds them: cutover-agent mysql.connections --side ${side.side}`,
    },
  ];
}

async function enough({ from, to }: Survey): Promise<readonly Finding[]> {
  if (to === undefined) return [];
  const most = limit(to);
  const peak = await status(from, 'Max_used_connections');
  if (peak <= most) return [];
  const error = from.clients.length > most;
  return [
    {
      id: 'mysql.too-few-connections',
      severity: error ? 'error' : 'warning',
      message: `${from.where} has had ${peak} connections at once, ${from.clients.length} now; ${to.where} accepts ${most} (max_connections).`,
      remedy: 'Choose a larger class, or raise max_connections in its parameter group.',
    },
  ];
}

async function status({ session }: SurveyedSide, name: string): Promise<number> {
  return figure(await session.row('SHOW GLOBAL STATUS WHERE Variable_name = ?', [name]), 'Value') ?? 0;
}

function limit({ variables }: SurveyedSide): number {
  return Number(variables.get('max_connections') ?? 0);
}
