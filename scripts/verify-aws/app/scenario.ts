/** The two nights that are performed. */
export const SCENARIOS = ['cold', 'fenced'] as const;
export type Scenario = (typeof SCENARIOS)[number];

/** Names that the app gives, and the night looks for. */
export const namesOf = (scenario: Scenario) => {
  const title = scenario === 'cold' ? 'Cold' : 'Fenced';
  return {
    migration: `verify-${scenario}`,
    /** In the order in which they are deployed. */
    stacks: [`CutoverVerify${title}`, `CutoverVerify${title}Migration`] as const,
  };
};

/** Outputs of the first stack: what a night tries things out on. */
export const OUTPUTS = { zoneId: 'ZoneId', zoneName: 'ZoneName', scratchGroupId: 'ScratchGroupId' } as const;
