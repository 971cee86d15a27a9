import { byteLength, type Json, type JsonObject } from './json';

/** The variables of one scope: the machine's, a branch's, or an iteration's. Inner scopes read outer ones. */
export class VariableScope {
  private readonly own = new Map<string, Json>();

  constructor(private readonly outer?: VariableScope) {}

  /** Every variable that a state in this scope can read. */
  visible(): JsonObject {
    return { ...this.outer?.visible(), ...Object.fromEntries(this.own) };
  }

  /** What a state in this scope reads by the name; undefined where nothing has it. */
  read(name: string): Json | undefined {
    return this.own.has(name) ? this.own.get(name) : this.outer?.read(name);
  }

  /** What this scope itself holds. */
  held(): JsonObject {
    return Object.fromEntries(this.own);
  }

  /** New values, which the next state sees. */
  assign(values: JsonObject): void {
    for (const [name, value] of Object.entries(values)) this.own.set(name, value);
  }

  /** Bytes of every variable visible here, were `values` assigned. */
  bytesWith(values: JsonObject): number {
    return Object.values({ ...this.visible(), ...values }).reduce<number>((sum, value) => sum + byteLength(value), 0);
  }
}
