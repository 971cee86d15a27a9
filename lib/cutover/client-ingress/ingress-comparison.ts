import { type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { expression, literal } from '../states/expression';
import { inOrder } from '../states/in-order';
import { jsonata } from '../states/jsonata';
import type { ClientIngress } from './client-ingress';
import { RULES_IN_A_LOOK, recordedRules, rulesOfPort } from './ingress-rules';

export interface IngressComparisonProps {
  /** Address ranges of the VPC that clients are in; empty where they are not known. */
  readonly vpcCidrs: readonly string[];
  /** Sources of rules whose clients are not to reach green. */
  readonly leftBehind: readonly string[];
}

// No constructor of several members stands in a function here: docs/aws-facts.md#jsonata-depth

/** How rules of migration hosts are described: another migration's host may be let into the same group. */
export const HOST_RULE = 'Migration host';

/** JSONata, of a rule as the journal has it: where its traffic comes from. */
const SOURCE = '($exists(source) ? source : $exists(prefixList) ? prefixList : $exists(cidr) ? cidr : cidr6)';

/**
 * Whether all clients that may enter the side they are on may enter the one they are moved to. Green lets nobody in by
 * itself, so that a rule that was forgotten would shut clients out for good, with the switch.
 */
export class IngressComparison {
  constructor(
    private readonly scope: Construct,
    private readonly props: IngressComparisonProps,
  ) {}

  /**
   * Looks who may enter, and assigns `$shutOut`: the `source` of each of the `$clients` that has no rule on `$to`,
   * and whether that is `sure`.
   */
  public look(ingress: ClientIngress): IChainable {
    const there = ingress.measureOther(this.scope, 'Read client ingress of the other side', '$to', {
      within: this.within(),
    });
    return inOrder(
      there,
      Pass.jsonata(this.scope, 'Compare client ingress of both sides', { assign: { shutOut: this.shutOut() } }),
    );
  }

  /**
   * JSONata: the IPv4 ranges of clients of which every address may enter `$to`. That is where the first one may, and each
   * that follows the last of a range of `$to`. As many ranges hold an address as begin up to it, less those that end before.
   */
  private within(): string {
    return expression(`(
      $low := function($cidr) {
      $reduce($split($substringBefore($cidr, '/'), '.').$number($), function($sum, $octet) { $sum * 256 + $octet }) };
      $high := function($cidr) { $low($cidr) + $power(2, 32 - $number($substringAfter($cidr, '/'))) - 1 };
      $cidrs := $append(${rulesOfPort('$to')}.CidrIpv4, ${recordedRules('$to')}.cidr);
      $lows := [$cidrs.$low($)];
      $highs := [$cidrs.$high($)];
      $missed := function($cidr) { (
        $first := $low($cidr);
        $last := $high($cidr);
        $edges := $append($first, $highs[$ >= $first and $ < $last].($ + 1));
        $edges[($edge := $; $count($lows[$ <= $edge]) = $count($highs[$ < $edge]))]
      ) };
      [$distinct($append($clients.cidr, ${list(this.props.vpcCidrs)}))[$count($missed($)) = 0]]
    )`);
  }

  private shutOut(): string {
    const { vpcCidrs, leftBehind } = this.props;
    const vpc = list(vpcCidrs);
    return expression(`(
      $vpc := ${vpc};
      $open := '0.0.0.0/0' in $admitted.cidr;
      $missing := $clients[$not(
        description = ${literal(HOST_RULE)} or ${SOURCE} in ${list(leftBehind)}
        or ($exists(source) and (source in $admitted.source or $open
        or ($count($vpc) > 0 and $count($vpc[$not($ in $within)]) = 0)))
        or ($exists(prefixList) and (prefixList in $admitted.prefixList or $open))
        or ($exists(cidr) and cidr in $within)
        or ($exists(cidr6) and (cidr6 in $admitted.cidr6 or '::/0' in $admitted.cidr6))
      )];
      $count($to.securityGroupIds) = 0 ? [] : [$missing.{
        'source': ${SOURCE} & ($exists(description) ? ' (' & description & ')' : ''),
        'sure': $not($ingressSize.more) and $not($exists(source) and $count($vpc) = 0 and $exists($admitted.cidr))
      }]
    )`);
  }

  /** JSONata: what {@link look} found, as findings. Going back is never refused for it. */
  public findings(): string[] {
    const finding = (which: string, id: string, severity: string, message: string, remedy: string) =>
      jsonata`
        ($some := $distinct($shutOut[${which}].source); $exists($some) ? [{'id': '${id}', 'severity': ${severity},
        'message': $join($some, ', ') & ' may connect to ' & $from.side & ${message}, 'remedy': ${remedy}}] : [])
      `;
    return [
      finding(
        'sure',
        'clients.shut-out',
        `$to.side = 'green' ? 'error' : 'warning'`,
        `', and not to ' & $to.side & ': the switch would shut them out.'`,
        `'Let them into ' & $join($to.securityGroupIds, ', ') & ', or list in clientsLeftBehind who stays out.'`,
      ),
      finding(
        '$not(sure)',
        'clients.not-compared',
        `'warning'`,
        jsonata`
          '. Whether to ' & $to.side & ' too, by a range of addresses or a rule beyond the first ${RULES_IN_A_LOOK}, is
          not known.'
        `,
        `'Compare by hand, or let them in by the same source.'`,
      ),
    ];
  }
}

const list = (values: readonly string[]) => `[${values.map(literal).join(', ')}]`;
