import { SCENARIOS, type Scenario } from './app/scenario';
import type { AwsClients } from './aws-clients';
import type { Deploy } from './deployment/cdk-deploy';
import { placesOf } from './deployment/places-of';
import { tearDown } from './deployment/tear-down';
import { Night, type Performed } from './night/night';
import type { Observed, Pace } from './night/observed';
import type { Observation } from './probes/probe';
import { factsSeen, observe, type SeenFact } from './report/seen-facts';

export interface NightsProps {
  /** By night: two have an account each where it is not AWS's. */
  readonly clients: (scenario: Scenario) => AwsClients;
  /** Gives the folder of a night's cloud assembly. */
  readonly synthesize: (scenario: Scenario) => Promise<string>;
  readonly deploy: (scenario: Scenario) => Deploy;
  /** Leaves everything deployed at the end. */
  readonly keep: boolean;
  readonly pace: Pace;
  readonly note: (line: string) => void;
  readonly signal: AbortSignal;
  /** @default - both */
  readonly scenarios?: readonly Scenario[];
}

export interface NightsResult {
  readonly facts: readonly SeenFact[];
  /** What did not come to its end. */
  readonly failures: readonly string[];
  /** What is still there. */
  readonly left: readonly string[];
}

/** Deploys both migrations, performs their nights side by side, says fact by fact what was seen, and tears all down. */
export async function verifyNights(props: NightsProps): Promise<NightsResult> {
  const seen = new Map<Scenario, ReadonlyMap<string, Observation>>();
  const failures: string[] = [];
  const left: string[] = [];
  await Promise.all(
    (props.scenarios ?? SCENARIOS).map(async (scenario) => {
      const note = (line: string) => props.note(`${scenario.padEnd(6)} | ${line}`);
      try {
        const { failure, ...observed } = await performNight(scenario, { ...props, note });
        if (failure !== undefined) failures.push(`${scenario}: ${failure}`);
        seen.set(scenario, await observe(observed));
      } catch (error) {
        failures.push(`${scenario}: ${error instanceof Error ? error.message : String(error)}`);
      }
      if (props.keep) return;
      left.push(...(await tearDown({ scenario, clients: props.clients(scenario), pace: props.pace, note })));
    }),
  );
  return { facts: factsSeen(seen), failures, left };
}

async function performNight(scenario: Scenario, props: NightsProps): Promise<Observed & Performed> {
  const { note, pace, signal } = props;
  note('synthesize');
  const assembly = await props.synthesize(scenario);
  note('deploy');
  await props.deploy(scenario)(assembly, note);
  const clients = props.clients(scenario);
  const places = await placesOf(clients.cloudformation, scenario);
  const performed = await new Night({ scenario, clients, places, pace, note, signal }).perform();
  return { scenario, clients, places, pace, ...performed };
}
