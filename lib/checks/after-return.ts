import { jsonata } from '../cutover/states/jsonata';

/** Phase whose result tells how blue is after a rollback. */
export const AFTER_RETURN = 'Check the return';

/**
 * JSONata text: what is not well on blue although clients are back on it; empty where all is well, or nothing was asked.
 */
export const NOT_WELL_AFTER_RETURN = jsonata`
  ($red := $lookup($result, '${AFTER_RETURN}').checks[$not(passed)]; $count($red) = 0 ? '' : ' Not well on blue: '
  & $join($red.(check & ' (' & detail & ')'), '; ') & '.')
`;
