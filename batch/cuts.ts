/** From when on slots are this host's, or are not. */
export interface GateCut {
  /** ISO 8601, at second 30 of a minute. */
  readonly from: string;
  readonly runs: boolean;
  /** Counts the decisions about the job. 0: what a deploy has said of a job that is new. */
  readonly epoch: number;
  /** When this host was told. */
  readonly placedAt?: string;
}

/** Whether the side whose cuts these are starts what is due then: of the cuts before it, that of the highest epoch decides. */
export function runsAt(cuts: readonly GateCut[], due: Date): boolean {
  const before = cuts.filter(({ from }) => Date.parse(from) <= due.getTime());
  return newest(before)?.runs ?? false;
}

export function newest(cuts: readonly GateCut[]): GateCut | undefined {
  return cuts.reduce<GateCut | undefined>(
    (one, other) => (one === undefined || other.epoch >= one.epoch ? other : one),
    undefined,
  );
}

export type Told = Pick<GateCut, 'epoch' | 'from' | 'runs'>;

/** What becomes of a cut that a host is told: `again` has the answer of the first time, and `stale` changes nothing. */
export function judgeCut(cuts: readonly GateCut[], told: Told): 'new' | 'again' | 'stale' {
  const top = newest(cuts);
  if (top === undefined || told.epoch > top.epoch) return 'new';
  const isSame = told.epoch === top.epoch && told.runs === top.runs && Date.parse(told.from) === Date.parse(top.from);
  return isSame ? 'again' : 'stale';
}

/** Of what follows upon a cut: whether the host was told of that cut, and of no later one. */
export function judgeEpoch(cuts: readonly GateCut[], epoch: number): 'ok' | 'stale' | 'unknownEpoch' {
  const top = newest(cuts)?.epoch ?? 0;
  if (epoch < top) return 'stale';
  return epoch === top ? 'ok' : 'unknownEpoch';
}

/** Epochs that took the job from this side at the cut at which the newest has it stay: none, if the newest is a move. */
export function closedAtSameCut(cuts: readonly GateCut[]): readonly number[] {
  const top = newest(cuts);
  if (top === undefined || !top.runs) return [];
  const isSame = ({ from }: GateCut) => Date.parse(from) === Date.parse(top.from);
  return cuts.filter((cut) => !cut.runs && cut.epoch > 0 && isSame(cut)).map(({ epoch }) => epoch);
}
