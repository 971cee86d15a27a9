import { Duration, Stack, Token } from 'aws-cdk-lib';
import {
  Chain,
  Choice,
  Fail,
  type IChainable,
  Pass,
  type TaskStateBase,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { ActiveSide } from '../machine/active-side';
import { normalizedRecordName } from '../record/normalized-record-name';
import { awsCall } from '../states/aws-call';
import { expression, literal } from '../states/expression';
import { inOrder } from '../states/in-order';
import { is } from '../states/is';
import { jsonata } from '../states/jsonata';
import { unlessRedriven } from '../states/once';
import { type Entry, entriesOf, type RecordStepsProps, type Weights, weighted, wholly } from './record-entries';

/**
 * What the state machine does with the weighted record: look at it, shift it, and wait until resolvers have seen it.
 *
 * @see docs/aws-facts.md#route53-change-in-sync
 */
export class RecordSteps implements ActiveSide {
  constructor(
    private readonly props: RecordStepsProps,
    private readonly companion?: RecordSteps,
  ) {}

  /** The same record, with another of its zone that is shifted along in the same batch. This one says which side is active. */
  public with(companion: RecordSteps): RecordSteps {
    return new RecordSteps(this.props, companion);
  }

  /** The same record, whose green leads elsewhere: a batch writes the targets along with the weights. */
  public leadingGreenTo(greenTarget: string): RecordSteps {
    const { greenTargets = [this.props.greenTarget] } = this.props;
    return new RecordSteps({ ...this.props, greenTarget, greenTargets }, this.companion);
  }

  public get viaRelay(): boolean {
    return this.props.relayTarget !== undefined;
  }

  public readActiveSide(scope: Construct, name: string): TaskStateBase {
    const weights = this.weights();
    return this.list(scope, name, {
      assign: {
        weights: expression(weights),
        activeSide: expression(this.activeSideBy(weights)),
      },
    });
  }

  /** `relay`: clients are on the side that the relay's markers say, which weights do not tell. */
  private activeSideBy(weights: string): string {
    const sides = jsonata`
      $weights.blue > 0 ? ($weights.green > 0 ? 'both' : 'blue') : ($weights.green > 0 ? 'green' : 'nobody')
    `;
    if (this.props.relayTarget === undefined) return `($weights := ${weights}; ${sides})`;
    return jsonata`
      ($weights := ${weights};
      $weights.relay > 0 ? ($weights.blue + $weights.green > 0 ? 'both' : 'relay') : (${sides}))
    `;
  }

  /** Assigns `shares`, e.g. `{"blue": 100, "green": 0}`, under another name than the outer scope's `$weights`. */
  public readWeights(scope: Construct, name: string): TaskStateBase {
    return this.list(scope, name, { assign: { shares: expression(this.weights()) } });
  }

  /**
   * Fails where a deploy has led a side elsewhere since this execution began. It goes on with the definition that it began
   * with, and its batch names the targets of that: clients would be sent to an endpoint that may be gone.
   *
   * @see docs/aws-facts.md#sfn-running-definition
   */
  public requireUnchanged(scope: Construct, when = ''): IChainable {
    const own = this.requireOwnUnchanged(scope, when);
    // The batch writes its targets too.
    return this.companion === undefined
      ? own
      : inOrder(own, this.companion.requireUnchanged(scope, `${when}: readers`));
  }

  private requireOwnUnchanged(scope: Construct, when: string): IChainable {
    const { recordName, blueTarget, greenTarget, greenTargets = [greenTarget], relayTarget } = this.props;
    const plain = (target: string) => `$lowercase($replace(${target}, /\\.$/, ''))`;
    const target = (entry: Entry) =>
      `'${entry}': [${plain(`${this.found(entry)}.ResourceRecords[0].Value`)}, 'nothing'][0]`;
    const look = this.list(scope, `Read the DNS record${when}`, {
      outputs: expression(`{${this.entries.map(target).join(', ')}}`),
    });
    const prepared = `${blueTarget} and ${greenTargets.join(' or ')}`;
    const remedy = 'a deploy has changed it meanwhile. Start again once the deploy is done.';
    const changed = Fail.jsonata(scope, `DNS record changed from outside${when}`, {
      error: 'RecordChanged',
      cause: expression(
        jsonata`
          ${literal(`${recordName} leads to `)} & $states.input.blue & ' (blue) and ' & $states.input.green
          & ${literal(` (green), and not to ${prepared}, which this execution prepared: ${remedy}`)}
        `,
      ),
    });
    const greens = greenTargets.map((target) => plain(literal(target)));
    const isGreen = greens.length === 1 ? `= ${greens.join()}` : `in [${greens.join(', ')}]`;
    const isRelay = relayTarget === undefined ? '' : ` and $states.input.relay = ${plain(literal(relayTarget))}`;
    const isBlue = `$states.input.blue = ${plain(literal(blueTarget))}`;
    const isUnchanged = `${isBlue} and $states.input.green ${isGreen}${isRelay}`;
    const compare = Choice.jsonata(scope, `Is the DNS record unchanged${when}?`).when(
      is(`$not(${isUnchanged})`),
      changed,
    );
    look.next(compare);
    return Chain.custom(look, compare.afterwards({ includeOtherwise: true }).endStates, compare);
  }

  /** Sets both weights in one batch, and a relay's to 0, and waits until every Route 53 server answers with them. */
  public shift(scope: Construct, name: string, blueWeight: string, greenWeight: string): IChainable {
    return this.shiftAll(scope, name, { blue: blueWeight, green: greenWeight, relay: '0' });
  }

  private shiftAll(scope: Construct, name: string, weights: Weights): IChainable {
    const change = this.change(scope, name, weights);
    const { wait, done, ends } = this.untilInSync(scope, name);
    change.next(wait);
    return Chain.custom(change, ends, done);
  }

  /**
   * Gives all of the name to the side in the JSONata variable `side` again, while clients wait. The answer may be lost of a
   * change that was made: the record itself says. That nobody says when it is in sync keeps nobody waiting.
   */
  public giveBackTo(scope: Construct, name: string, side: string): IChainable {
    const wanted = wholly(side);
    const change = this.change(scope, name, wanted);
    const { wait, ask, ends } = this.untilInSync(scope, name);
    const given = Pass.jsonata(scope, `${name}: done`, { outputs: {} });
    const refused = Fail.jsonata(scope, `${name}: the weights are not as wanted`, {
      error: 'RecordNotShifted',
      cause: expression(`$refusal & ' The weights are ' & $string($shares) & '.'`),
    });
    const look = this.readWeights(scope, `${name}: read the weights`);
    change.addCatch(look, {
      errors: ['States.ALL'],
      assign: { refusal: expression(`$states.errorOutput.Error & ': ' & $states.errorOutput.Cause`) },
    });
    ask.addCatch(given, { errors: ['States.ALL'] });
    change.next(wait);
    for (const end of ends) end.next(given);
    look.next(
      Choice.jsonata(scope, `${name}: are the weights as wanted?`)
        .when(is(this.entries.map((entry) => `$shares.${entry} = (${wanted[entry]})`).join(' and ')), given)
        .otherwise(refused),
    );
    return Chain.custom(change, [given], given);
  }

  private change(scope: Construct, name: string, weights: Weights): TaskStateBase {
    const records = [this.props, ...(this.companion === undefined ? [] : [this.companion.props])];
    return awsCall(scope, name, {
      call: 'route53:changeResourceRecordSets',
      comment:
        this.props.relayTarget === undefined
          ? 'Both records in one batch: at no instant are both weights 0.'
          : 'All records in one batch: at no instant are all weights 0.',
      parameters: {
        HostedZoneId: this.props.hostedZoneId,
        ChangeBatch: {
          Comment: 'cdk-cutover',
          Changes: records.flatMap((record) =>
            entriesOf(record).map((entry) => weighted(record, entry, weights[entry])),
          ),
        },
      },
      iamAction: 'route53:ChangeResourceRecordSets',
      resources: [this.zoneArn(scope)],
      // Of all the zone, these names alone.
      conditions: {
        'ForAllValues:StringEquals': {
          'route53:ChangeResourceRecordSetsNormalizedRecordNames': records.map(({ recordName }) =>
            normalizedRecordName(recordName),
          ),
          'route53:ChangeResourceRecordSetsRecordTypes': ['CNAME'],
          'route53:ChangeResourceRecordSetsActions': ['UPSERT'],
        },
      },
      outputs: expression('$states.result.ChangeInfo.{"id": Id}'),
    });
  }

  private untilInSync(scope: Construct, name: string) {
    const wait = Wait.jsonata(scope, `${name}: give Route 53 a second`, {
      time: WaitTime.duration(Duration.seconds(1)),
    });
    const ask = awsCall(scope, `${name}: read the change status`, {
      call: 'route53:getChange',
      parameters: { Id: expression('$states.input.id') },
      iamAction: 'route53:GetChange',
      resources: [
        Stack.of(scope).formatArn({
          service: 'route53',
          region: '',
          account: '',
          resource: 'change',
          resourceName: '*',
        }),
      ],
      wildcard: 'Route 53 names a change only when it has been made.',
      outputs: expression('{"id": $states.input.id, "status": $states.result.ChangeInfo.Status}'),
    });
    const done = Choice.jsonata(scope, `${name}: is the change in sync?`).when(
      is(`$states.input.status = 'PENDING'`),
      wait,
    );
    wait.next(ask).next(done);
    return { wait, ask, done, ends: done.afterwards({ includeOtherwise: true }).endStates };
  }

  /** Sends all clients to the side in the JSONata variable `side`, e.g. `$to`. */
  public shiftTo(scope: Construct, name: string, side: string): IChainable {
    return this.shiftAll(scope, name, wholly(side));
  }

  /** From INSYNC on, a resolver that asked just before may still answer with the old side for this long. */
  public waitForTtl(scope: Construct, name: string): Wait {
    const seconds = this.longestTtl().toSeconds();
    return Wait.jsonata(scope, name, {
      comment: 'A resolver that asked just before INSYNC may answer with the old side until its copy runs out.',
      time: WaitTime.seconds(unlessRedriven(Token.isUnresolved(seconds) ? Token.asString(seconds) : seconds)),
    });
  }

  private longestTtl(): Duration {
    const { ttl } = this.props;
    const other = this.companion?.longestTtl();
    return other === undefined || ttl.toSeconds() >= other.toSeconds() ? ttl : other;
  }

  /** @see docs/aws-facts.md#route53-list-current */
  private list(
    scope: Construct,
    name: string,
    found: { readonly assign: Record<string, unknown> } | { readonly outputs: string },
  ): TaskStateBase {
    return awsCall(scope, name, {
      call: 'route53:listResourceRecordSets',
      parameters: {
        HostedZoneId: this.props.hostedZoneId,
        StartRecordName: this.props.recordName,
        StartRecordType: 'CNAME',
        MaxItems: String(this.entries.length),
      },
      iamAction: 'route53:ListResourceRecordSets',
      resources: [this.zoneArn(scope)],
      outputs: {},
      ...found,
    });
  }

  /** The list begins at the record, or after where it would stand: only our own may count. */
  private weights(): string {
    const weight = (entry: Entry) => `'${entry}': [${this.found(entry)}.Weight, 0][0]`;
    return `{${this.entries.map(weight).join(', ')}}`;
  }

  private get entries(): readonly Entry[] {
    return entriesOf(this.props);
  }

  private found(side: Entry): string {
    return jsonata`
      $states.result.ResourceRecordSets[$lowercase(Name) = $lowercase(${literal(`${this.props.recordName}.`)})
      and SetIdentifier = '${side}']
    `;
  }

  private zoneArn(scope: Construct): string {
    return Stack.of(scope).formatArn({
      service: 'route53',
      region: '',
      account: '',
      resource: 'hostedzone',
      resourceName: this.props.hostedZoneId,
    });
  }
}
