import { Blue } from './blue';
import { Coordinator } from './coordinator';
import { Green } from './green';
import { RULES, type Rules } from './rules';
import { type Choose, World } from './world';

const END = 100 * 60;
/** From then on nothing goes wrong any more, so that it can end. */
const CALM = 45 * 60;
/** Slots after this are not looked at: what is due for them may be under way. */
const LAST_SLOT = 90;

/** What is wrong after a job that is due each minute has moved, and perhaps back. Nothing, if the rules hold. */
export function night(choose: Choose, mutant: Partial<Rules> = {}): readonly string[] {
  const late = (['each', 'newest', 'none'] as const)[choose('late', 3)] ?? 'each';
  const untilCalm: Choose = (what, options) => (world.now < CALM ? choose(what, options) : 0);
  const world = new World({ ...RULES, ...mutant }, untilCalm, late);
  const blue = new Blue(world, [0, -2, 2][choose('clock of blue', 3)] ?? 0);
  const green = new Green(world, [0, 2, -2][choose('clock of green', 3)] ?? 0);
  const coordinator = new Coordinator(world, blue, green);
  for (let slot = 1; slot <= 99; slot += 1) {
    world.after(slot * 60 - (blue.clock - world.now), () => blue.cron(slot));
    world.after(slot * 60 - (green.clock - world.now), () => green.cron(slot));
  }
  const begin = 605 + 7 * choose('begin', 8);
  world.after(begin, () => coordinator.cutOver());
  const back = [undefined, 420, 500, 700, 900][choose('rollback', 5)];
  if (back !== undefined) world.after(begin + back, () => coordinator.rollBack());
  const death = [undefined, 33, 255, 310, 370, 470, 530, 960][choose('death', 8)];
  if (death !== undefined) world.after(begin + death, () => coordinator.crash());
  for (const [name, host] of [
    ['blue', blue],
    ['green', green],
  ] as const) {
    const reboot = [undefined, 100, 262, 330, 460, 960][choose(`reboot of ${name}`, 6)];
    if (reboot !== undefined) world.after(begin + reboot, () => host.reboot(100));
  }
  for (const minutes of [12, 17, 40]) world.after(minutes * 60 + 17, () => green.deploy());
  // After a night with faults somebody tries again: it ends on one side.
  world.after(40 * 60, () => coordinator.cutOver());
  world.runUntil(END);
  return [...world.faults, ...lostIn(world, blue, coordinator), ...endOf(coordinator, blue, green)];
}

/**
 * Limit: of a slot for which blue was down, and that is blue's, cron starts nothing, as ever, and nobody says so. It is made up for
 * where it is before the cut of a move that came about.
 */
function lostIn({ runs, listed, unseen }: World, blue: Blue, { madeUp }: Coordinator): string[] {
  const started = new Set(runs.map(({ slot }) => slot));
  const isMadeUp = (slot: number) => madeUp.some(({ since, cut }) => slot >= since && slot * 60 <= cut);
  return Array.from({ length: LAST_SLOT }, (_, index) => index + 1)
    .filter((slot) => !started.has(slot) && !listed.has(slot))
    .filter((slot) => !(unseen.has(slot) && blue.serves(slot)) || isMadeUp(slot))
    .map((slot) => `slot ${slot} is lost, and nobody says so`);
}

function endOf(coordinator: Coordinator, blue: Blue, green: Green): string[] {
  const { phase, side } = coordinator.journal;
  if (phase !== 'settled') return [`it has not ended: ${phase}`];
  const sides = [...(blue.serves(LAST_SLOT) ? ['blue'] : []), ...(green.serves(LAST_SLOT) ? ['green'] : [])];
  return sides.length === 1 && sides[0] === side
    ? []
    : [`it ended on ${side}, and the job is run by ${sides.join(' and ')}`];
}
