import { Stack } from 'aws-cdk-lib';
import { Chain, Choice, Fail, type IChainable, Pass, type TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Objection } from '../preflight/preflight';
import { expression } from '../states/expression';
import { is } from '../states/is';
import { jsonata } from '../states/jsonata';
import { ChangedIngress, type IngressChange, RESTORE, REVOKE } from './ingress-change';
import {
  clientRules,
  describeRules,
  forJournal,
  isRevoked,
  journaledIngress,
  KEY,
  KEY_DESCRIBED,
  KEY_OF,
  RULES_IN_A_LOOK,
  recordedRules,
  rulesOfPort,
} from './ingress-rules';

export interface ClientIngressProps {
  /** Rules from here stay: the migration host must reach both sides all the time. */
  readonly hostSecurityGroupId: string;
  /**
   * Rules from here stay too, but for one within a group: the sides replicate from each other while client ingress is revoked.
   *
   * @default - none: the host carries all data
   */
  readonly replicationSecurityGroupIds?: readonly string[];
  /** Every group whose rules may be taken away and put back. */
  readonly securityGroupIds: readonly string[];
}

/** Of a parameter's 8192 characters; the rest is for what else is found meanwhile, as coordinates of a log. */
const JOURNAL_HOLDS = 7_900;

/**
 * Who may connect to a side: the ingress rules of its security groups. Revoking takes the clients' rules away; restoring puts
 * back what the journal recorded. A revoked rule keeps new connections out and cuts none that stand.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html
 */
export class ClientIngress {
  constructor(private readonly props: ClientIngressProps) {}

  /**
   * Records the clients' rules of `side` in the journal, with those recorded before and not put back yet. `revoked`
   * says whether they are about to be revoked, or stay as they are.
   */
  public record(scope: Construct, name: string, side: string, revoked: boolean): TaskStateBase {
    return describeRules(scope, name, side, {
      outputs: expression(`(
        $key := ${KEY_OF};
        $known := ${journaledIngress(side)};
        $kept := [$known.rules];
        $keys := $kept.$key($);
        $found := ${forJournal(clientRules(side, this.props))};
        {'ingress': $merge([$journal.ingress, {${side}.side: {
          'revoked': ${revoked || '$known.revoked = true'},
          'rules': $append($kept, $found[$not($key($) in $keys)])
        }}])}
      )`),
    });
  }

  /**
   * Assigns `$ingressSize`: how many `rules` of clients `side` has, the `length` of the journal with them in it, and whether its
   * groups have `more` than can be looked at. Goes before {@link tooManyRules}. Assigns `$clients` as well: those rules,
   * and what the journal has of them while they are revoked.
   */
  public measure(scope: Construct, name: string, side: string): TaskStateBase {
    const record = `$sift($journal, function($value, $key) { $key != 'workloads' })`;
    return describeRules(scope, name, side, {
      assign: {
        ingressSize: expression(`(
          $found := ${forJournal(clientRules(side, this.props))};
          {'more': $exists($states.result.NextToken), 'rules': $count($found),
          'length': $length($string($found)) + $length($string(${record}))}
        )`),
        clients: expression(`$append(${forJournal(clientRules(side, this.props))}, ${recordedRules(side)})`),
      },
      outputs: {},
    });
  }

  /**
   * Adds the rules of the other `side`, which the switch notes, to `$ingressSize`. Assigns `$admitted` as well: all rules for
   * its port, and what the journal has of them while they are revoked. Goes after {@link measure}.
   */
  public measureOther(scope: Construct, name: string, side: string, assign: Record<string, string>): TaskStateBase {
    return describeRules(scope, name, side, {
      assign: {
        ...assign,
        ingressSize: expression(`(
          $found := ${forJournal(clientRules(side, this.props))};
          {'more': $ingressSize.more or $exists($states.result.NextToken),
          'rules': $ingressSize.rules + $count($found),
          'length': $ingressSize.length + $length($string($found))}
        )`),
        admitted: expression(`$append(${forJournal(rulesOfPort(side))}, ${recordedRules(side)})`),
      },
      outputs: {},
    });
  }

  /** With more rules than the journal can keep, the cutover would stop in the middle of the night. */
  public tooManyRules(scope: Construct): Objection {
    const beyond = `' among the first ${RULES_IN_A_LOOK} rules of its groups, and more than those cannot be looked at.'`;
    const length = `', and the journal can keep 8 KB: with them it would have ' & $ingressSize.length & ' characters.'`;
    return [
      `$ingressSize.more or $ingressSize.length > ${JOURNAL_HOLDS}`,
      Fail.jsonata(scope, 'Too many client ingress rules', {
        error: 'TooManyRules',
        cause: expression(
          jsonata`
            'The security groups of blue and green have ' & $ingressSize.rules & ' rules through which clients come'
            & ($ingressSize.more ? ${beyond} : ${length})
            & ' Merge rules into one of a prefix list, or of a security group: aws ec2 describe-security-group-rules
            --filters Name=group-id,Values=' & $join($append($from.securityGroupIds, $to.securityGroupIds), ',')
          `,
        ),
      }),
    ];
  }

  /** Takes away the recorded rules of `side`, and sees that they are gone. */
  public revoke(scope: Construct, prefix: string, side: string): IChainable {
    const { change, done } = this.changed(scope, prefix, side, REVOKE);
    return Chain.custom(change, [done], done);
  }

  /** Outputs the JSONata object `outputs`, which may speak of `$missing`: the recorded rules of `side` that are taken away. */
  public findMissing(scope: Construct, name: string, side: string, outputs: string): TaskStateBase {
    return describeRules(scope, name, side, {
      outputs: expression(`(
        $there := ${clientRules(side, this.props)}.${KEY_DESCRIBED};
        $missing := ${recordedRules(side)}[$not(${KEY} in $there)];
        ${outputs}
      )`),
    });
  }

  /** Puts back the recorded rules of `side`, and sees that they are there. */
  public restore(scope: Construct, prefix: string, side: string): IChainable {
    const begin = Pass.jsonata(scope, `${prefix}: start with client ingress`, { outputs: { round: 0, refused: [] } });
    const { change, look, done } = this.changed(scope, prefix, side, RESTORE);
    begin.next(
      Choice.jsonata(scope, `${prefix}: was client ingress revoked?`)
        .when(is(isRevoked(side)), change)
        .otherwise(look),
    );
    return Chain.custom(begin, [done], done);
  }

  private changed(scope: Construct, prefix: string, side: string, change: IngressChange): ChangedIngress {
    const groupArns = this.props.securityGroupIds.map((id) =>
      Stack.of(scope).formatArn({ service: 'ec2', resource: 'security-group', resourceName: id }),
    );
    return new ChangedIngress(scope, change, { ...this.props, prefix, side, groupArns });
  }
}
