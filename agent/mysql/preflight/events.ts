import type { Finding } from '../../../contract/common';
import { alterEvents, enabledEvents, listedEvents } from '../events';
import { isOn, type Survey, type SurveyedSide } from './survey';

/** What a server runs by itself is no workload: neither revoked ingress nor the fence keeps it from writing. */
export async function checkEvents(survey: Survey): Promise<readonly Finding[]> {
  const { from, to } = survey;
  return [...(await ofSource(survey, from)), ...(to === undefined ? [] : await ofFollower(to))];
}

/**
 * A replica holds events as disabled on the replica, and they stay so when it serves. RDS's own switchover leaves the old
 * side read-only, for events as well.
 */
async function ofSource(survey: Survey, from: SurveyedSide): Promise<readonly Finding[]> {
  const names = await enabledEvents(from.session);
  if (names.length === 0) return [];
  const runs = isOn(from, 'event_scheduler') && survey.args.strategy !== 'managedBlueGreen';
  return [runs ? goOn(from, names) : stayDisabled(survey, names)];
}

/** Going back is not held up: who does so has clients on a side that is not well. */
function goOn({ side, where }: SurveyedSide, names: readonly string[]): Finding {
  return {
    id: `mysql.events-run.${side}`,
    severity: side === 'blue' ? 'error' : 'warning',
    message: `${where} runs scheduled events: ${listedEvents(names)}. Nothing stops them for the switch: what they write after it is lost, and as ${side} follows then, they write beside what the replication brings, and the rollback is gone.`,
    remedy: `Before the cutover, on ${side}: ${alterEvents(names, 'DISABLE')} and after the switch ENABLE, on the side that serves (on ${side} again, if clients stay there). Or set event_scheduler to OFF in the parameter group of ${side} for as long, or give what they do to a schedule or event rule, which the migration stops and puts back as a workload.`,
  };
}

function stayDisabled({ from, to }: Survey, names: readonly string[]): Finding {
  const scheduler = to === undefined || isOn(to, 'event_scheduler') ? '' : schedulerOf(to);
  return {
    id: 'mysql.events',
    severity: 'warning',
    message: `${from.where} has scheduled events: ${listedEvents(names)}. A replica holds them disabled, and they stay so after the switch.${scheduler}`,
    remedy: `After the switch, on the side that serves: ${alterEvents(names, 'ENABLE')}`,
  };
}

function schedulerOf({ side, variables }: SurveyedSide): string {
  const is = variables.get('event_scheduler') ?? 'unknown';
  const reboot = is === 'DISABLED' ? ', which takes a reboot' : '';
  return ` event_scheduler is ${is} on ${side}: none of them runs there until it is ON in its parameter group${reboot}.`;
}

/** It runs what its source runs, and the replication brings what that wrote as well. */
async function ofFollower(to: SurveyedSide): Promise<readonly Finding[]> {
  const names = isOn(to, 'event_scheduler') ? await enabledEvents(to.session) : [];
  if (names.length === 0) return [];
  return [
    {
      id: `mysql.events-run.${to.side}`,
      severity: 'error',
      message: `${to.where} runs scheduled events: ${listedEvents(names)}. It is to follow, and would write by itself what the replication brings.`,
      remedy: `On ${to.side}: ${alterEvents(names, 'DISABLE')} or set event_scheduler to OFF in its parameter group; and take that back once it serves.`,
    },
  ];
}
