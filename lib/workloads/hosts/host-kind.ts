import { Choice, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { WorkloadKind as KindName } from '../../../contract/manifest';
import { everyPage } from '../../cutover/states/every-page';
import { expression } from '../../cutover/states/expression';
import { inOrder } from '../../cutover/states/in-order';
import { is } from '../../cutover/states/is';
import { jsonata } from '../../cutover/states/jsonata';
import { refuseUnless } from '../refuse-unless';
import type { KindStates, WorkloadKind } from '../workload-kind';
import { type HostFacts, MAX_INSTANCES } from './host-facts';
import { runCommand } from './run-command';

type States = KindStates<HostFacts>;

/** To find out which hosts there are. */
type HostStates = Pick<KindStates<Pick<HostFacts, 'ids' | 'filters'>>, 'scope' | 'prefix'>;

/**
 * What runs on managed instances and is stopped there by an SSM document. The document answers to the actions `look`
 * (prints `running` or `stopped`), `stop` (ends when it is quiet) and `start` (prints `running` where it was so
 * already, and ends when it runs). Recorded is on which hosts it is to be stopped: those where it runs, but for
 * `keepRunning` of them.
 */
export const hostKind = (id: KindName, name: string): WorkloadKind<HostFacts> => ({
  id,
  name,

  survey(states: States): IChainable {
    const { scope, prefix } = states;
    return inOrder(
      candidates(states),
      refuseUnless(
        scope,
        `${prefix}: are there enough hosts, and not too many?`,
        `$count($hosts) <= ${MAX_INSTANCES} and $count($hosts) >= $facts.keepRunning`,
        jsonata`
          'There are ' & ($count($hosts) > ${MAX_INSTANCES} ? 'more than ${MAX_INSTANCES}' : $string($count($hosts)))
          & ' hosts of ' & $facts.what & ', and ' & $facts.keepRunning
          & ' are to go on; one command takes up to ${MAX_INSTANCES}.'
        `,
      ),
      online(states),
      refuseUnless(
        scope,
        `${prefix}: are all hosts managed?`,
        '$count($hosts) > 0 and $count($away) = 0',
        jsonata`
          $count($hosts) = 0 ? 'No running instance has the tags of ' & $facts.what & ': ' & $string($facts.tags)
          & '.' : 'Systems Manager does not reach ' & $join($away, ', ') & ', where ' & $facts.what
          & ' would go on. Mend the SSM agent, the instance role or the network there.'
        `,
      ),
      runCommand(states, `${prefix}: ask the hosts`, 'look', '$hosts'),
      refuseUnless(
        scope,
        `${prefix}: does each host say whether it runs?`,
        `$count($answers[$not(answer in ['running', 'stopped'])]) = 0`,
        unclear('running or stopped'),
      ),
      Pass.jsonata(scope, `${prefix}: found`, {
        outputs: {
          stop: expression(
            jsonata`
              ($running := $sort([$answers[answer = 'running'].id]); [$filter($running, function($id, $index) {
              $index >= $facts.keepRunning })])
            `,
          ),
        },
      }),
    );
  },

  quiesce(states: States): IChainable {
    return inOrder(
      runCommand(states, `${states.prefix}: stop`, 'stop', '$recorded.stop'),
      refuseUnless(
        states.scope,
        `${states.prefix}: does each host say that it has stopped?`,
        `$count($answers[answer != 'stopped']) = 0`,
        unclear('stopped'),
      ),
      Pass.jsonata(states.scope, `${states.prefix}: quiet`, { outputs: {} }),
    );
  },

  resume(states: States): IChainable {
    return inOrder(
      runCommand(states, `${states.prefix}: start`, 'start', '$recorded.stop'),
      Pass.jsonata(states.scope, `${states.prefix}: done`, {
        outputs: expression(
          jsonata`
            ($before := [$answers[answer = 'running'].id]; $count($before) = 0 ? {}
            : {'meanwhile': 'somebody had started it on ' & $join($before, ', ') & ' meanwhile'})
          `,
        ),
      }),
    );
  },
});

/** What is not said is not taken for it: of a host that says nothing, it is not known whether it still works. */
function unclear(expected: string): string {
  return jsonata`
    'Of ' & $facts.what & ' the hosts were to say ${expected}, and said: ' & $join($answers.(id & ' '
    & $string(answer)), ', ') & '. See the command ' & $command & ' in Systems Manager.'
  `;
}

/** Assigns `$hosts`: where it may run. */
export function candidates({ scope, prefix }: HostStates): IChainable {
  const named = Pass.jsonata(scope, `${prefix}: by id`, { assign: { hosts: expression('$facts.ids') }, outputs: {} });
  const tagged = everyPage(scope, `${prefix}: by tag`, {
    call: 'ec2:describeInstances',
    // With several network interfaces and volumes, and 50 tags, an instance has some 12 KB.
    parameters: `{'Filters': [$facts.filters.{'Name': Name, 'Values': [Values]}], 'MaxResults': 20}`,
    into: 'hosts',
    kept: '[$append($hosts, $states.result.Reservations.Instances.InstanceId)]',
    enough: `$count($hosts) > ${MAX_INSTANCES}`,
    iamAction: 'ec2:DescribeInstances',
    resources: ['*'],
    wildcard: 'DescribeInstances knows no resources.',
  });
  const choice = Choice.jsonata(scope, `${prefix}: which hosts?`)
    .when(is('$count($facts.ids) > 0'), named)
    .otherwise(tagged);
  return { id: choice.id, startState: choice, endStates: [named, ...tagged.endStates] };
}

/** Assigns `$away`: which of them would not be reached. */
export function online({ scope, prefix }: HostStates): IChainable {
  const none = Pass.jsonata(scope, `${prefix}: there are no hosts`, { assign: { away: [] }, outputs: {} });
  const ask = everyPage(scope, `${prefix}: who is online?`, {
    call: 'ssm:describeInstanceInformation',
    parameters: `{'Filters': [{'Key': 'InstanceIds', 'Values': $hosts}], 'MaxResults': ${MAX_INSTANCES}}`,
    into: 'reached',
    kept: `[$append($reached, $states.result.InstanceInformationList[PingStatus = 'Online'].InstanceId)]`,
    iamAction: 'ssm:DescribeInstanceInformation',
    resources: ['*'],
    wildcard: 'DescribeInstanceInformation knows no resources.',
    assign: { away: expression('[$hosts[$not($ in $reached)]]') },
  });
  const choice = Choice.jsonata(scope, `${prefix}: are there hosts?`)
    .when(is('$count($hosts) = 0'), none)
    .otherwise(ask);
  return { id: choice.id, startState: choice, endStates: [none, ...ask.endStates] };
}
