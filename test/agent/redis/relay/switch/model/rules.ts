/** The rules of docs/relay.md, by their numbers there. A mutant has one of them false. */
export interface Rules {
  /** 1: the client ingress of the old side is closed before the hold. */
  readonly ingressIsClosed: boolean;
  /** 2: `asked` is waited for on the replicas before anything else. */
  readonly askedIsWaitedFor: boolean;
  /** 2: `leaving` is written before the hold. */
  readonly leavingIsWritten: boolean;
  /** 2: and waited for on the replicas. */
  readonly leavingIsWaitedFor: boolean;
  /** 3: nothing is forwarded from the hold on. */
  readonly holds: boolean;
  /** 4: nobody else is connected to the old side. */
  readonly looksWhoIsThere: boolean;
  /** 5: what was on the old side is on the new one. */
  readonly drains: boolean;
  /** 5: the copy applies nothing any more. */
  readonly halts: boolean;
  /** 6: the copy back applies nothing before the decision. */
  readonly onlyListens: boolean;
  /** 7: what may fail on the new side is done before the decision. */
  readonly preparesFirst: boolean;
  /** 8: the decision changes the marker only where it is `asked`. */
  readonly decidesConditionally: boolean;
  /** 8: of this epoch, which no other attempt has. */
  readonly epochsDiffer: boolean;
  /** 9: the decision is waited for on the replicas. */
  readonly decisionIsWaitedFor: boolean;
  /** 10: what no answer to the decision is taken for. */
  readonly noAnswer: 'unknown' | 'no' | 'yes';
  /** 10: what is undecided is given up before the old side serves again. */
  readonly givesUpFirst: boolean;
  /** 11: nobody returns once it is decided. */
  readonly onlyForward: boolean;
  /** 12: the old side serves again where an attempt has failed. */
  readonly servesAgain: boolean;
  /** 13: an agent that starts serves by the markers, and not by its notes. */
  readonly readsMarkers: boolean;
  /** 13: and copies by the markers. */
  readonly copiesByMarkers: boolean;
  /** 13: and has the replicas confirm what it read. */
  readonly startWaits: boolean;
  /** 13: and turns `asked` into `left` first. */
  readonly settlesFirst: boolean;
  /** 14: what is missing says nothing. */
  readonly missing: 'says nothing' | 'is blue';
  /** 15: another host is shut out before the markers are read. */
  readonly shutsOut: boolean;
}

export const RULES: Rules = {
  ingressIsClosed: true,
  askedIsWaitedFor: true,
  leavingIsWritten: true,
  leavingIsWaitedFor: true,
  holds: true,
  looksWhoIsThere: true,
  drains: true,
  halts: true,
  onlyListens: true,
  preparesFirst: true,
  decidesConditionally: true,
  epochsDiffer: true,
  decisionIsWaitedFor: true,
  noAnswer: 'unknown',
  givesUpFirst: true,
  onlyForward: true,
  servesAgain: true,
  readsMarkers: true,
  copiesByMarkers: true,
  startWaits: true,
  settlesFirst: true,
  missing: 'says nothing',
  shutsOut: true,
};

/** By the number of the rule in docs/relay.md that is dropped. */
export const MUTANTS: readonly (readonly [number, string, Partial<Rules>])[] = [
  [1, 'the ingress stays open', { ingressIsClosed: false }],
  [2, 'that the new side was asked may be lost by a failover', { askedIsWaitedFor: false }],
  [2, 'an attempt is not written down on the old side', { leavingIsWritten: false }],
  [2, 'that an attempt has begun may be lost by a failover', { leavingIsWaitedFor: false }],
  [3, 'commands are forwarded in the hold', { holds: false }],
  [4, 'somebody else may be on the old side', { looksWhoIsThere: false }],
  [5, 'the last changes are not waited for', { drains: false }],
  [5, 'the copy goes on beside the decision', { halts: false }],
  [6, 'the copy back applies before the decision', { onlyListens: false }],
  [7, 'the new side is made ready after the decision', { preparesFirst: false }],
  [8, 'the decision overwrites whatever the marker is', { decidesConditionally: false }],
  [8, 'two attempts have one epoch', { epochsDiffer: false }],
  [9, 'the decision may be lost by a failover', { decisionIsWaitedFor: false }],
  [10, 'no answer is taken for no', { noAnswer: 'no' }],
  [10, 'no answer is taken for yes', { noAnswer: 'yes' }],
  [10, 'the old side serves before the attempt is given up', { givesUpFirst: false }],
  [11, 'a failure after the decision returns', { onlyForward: false }],
  [12, 'clients stay held after a failed attempt', { servesAgain: false }],
  [13, 'an agent that starts serves by its notes', { readsMarkers: false }],
  [13, 'an agent that starts copies by its notes', { copiesByMarkers: false }],
  [13, 'an agent that starts goes by what a failover may lose', { startWaits: false }],
  [13, 'an agent that starts leaves an attempt undecided', { settlesFirst: false }],
  [14, 'a missing marker is taken for blue', { missing: 'is blue' }],
  [15, 'a host that seems dead is not shut out', { shutsOut: false }],
];
