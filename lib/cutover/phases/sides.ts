/** The side that clients are to leave, and the one that they are to be on. */
export type Place = '$from' | '$to';

/** Argument of a verb that concerns one side. */
export function of(side: Place) {
  return { side: `{% ${side}.side %}` } as const;
}

/** Arguments of a verb that moves data the way clients go. */
export const FORTH = { from: '{% $from.side %}', to: '{% $to.side %}' } as const;

/** Arguments of a verb that moves data back from where clients are, or may be. */
export const BACK = { from: '{% $to.side %}', to: '{% $from.side %}' } as const;
