import type { Json, JsonObject } from '../assembly';

/** A text among a workload's facts. */
export const textOf = (facts: JsonObject, name: string): string => String(facts[name] ?? '');

/** Texts of a list among a workload's facts. */
export const namesOf = (fact: Json | undefined): readonly string[] => (Array.isArray(fact) ? fact.map(String) : []);
