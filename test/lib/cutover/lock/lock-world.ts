import type { Json, State, StateMachine } from '../../../../rehearsal/states-language';
import { evaluateExpression } from '../../../../rehearsal/states-language/jsonata/expression';

/** What a parameter was, write after write. Reads may show any of `values` from `settled` on; those before are long gone. */
interface Parameter {
  readonly values: readonly (string | undefined)[];
  readonly settled: number;
  /** When it was written last, for anyone who may delete what nobody looks at any more. */
  readonly since: string;
}

/** An execution, and where it stands. */
export interface Runner {
  readonly arn: string;
  readonly action: string;
  /** The Task that it is about to perform; or that it holds the lock, or has none. */
  readonly at: string;
  readonly ended: boolean;
  /** Ended or begun so long ago that everyone knows. */
  readonly known: boolean;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface World {
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly runners: readonly Runner[];
  /** Faults that may still happen: stale reads, lost answers, refusals. */
  readonly faults: number;
}

export const FIRST = 'Read the last lock holder';
export const HOLDS = 'Wait until earlier writes are readable';
export const REFUSED = 'Refused';
/** The first of the states that tell others of a refusal: the execution has nothing to do with the lock any more. */
const TELLS = 'Tell EventBridge that the execution was refused';

const NOW = Date.parse('2026-11-28T12:00:00.000Z');
export const JUST_NOW = '2026-11-28T11:59:00.000Z';
export const LONG_AGO = '2026-11-01T00:00:00.000Z';

/**
 * The lock's own states, as they are rendered, walked by a model that tries everything AWS may do: any order of calls
 * among executions, answers that are lost, calls that are refused, reads that show what was, executions that end anywhere.
 */
export class LockModel {
  private readonly remembered = new Map<string, Promise<unknown>>();

  constructor(private readonly states: StateMachine['States']) {}

  /** An execution that has just begun. */
  runner(name: string, action: string): Runner {
    return { arn: `arn:${name}`, action, at: FIRST, ended: false, known: false, variables: {} };
  }

  /** Every world that can come next. */
  async next(world: World): Promise<World[]> {
    const all = await Promise.all(
      world.runners.map(async (runner, index) => {
        if (runner.ended) return [];
        const put = (changed: Runner, more: Partial<World> = {}): World => ({
          ...world,
          ...more,
          runners: world.runners.map((other, at) => (at === index ? changed : other)),
        });
        const end = put(over(runner));
        if (runner.at === HOLDS) return [end];
        return [end, ...(await this.performed(world, runner, put))];
      }),
    );
    return all.flat();
  }

  private async performed(
    world: World,
    runner: Runner,
    put: (runner: Runner, more?: Partial<World>) => World,
  ): Promise<World[]> {
    const state = this.states[runner.at];
    if (state?.Type !== 'Task') throw new Error(`${runner.at} is not a Task.`);
    const [, action = ''] = /:([a-zA-Z]+)$/.exec(state.Resource) ?? [];
    const input = (await this.evaluated(state.Arguments ?? {}, runner, {})) as Record<string, never>;
    const found: World[] = [];
    const answer = async (result: Json, faults: number, more: Partial<World> = {}) => {
      if (faults <= world.faults) {
        found.push(put(await this.succeed(runner, result), { ...more, faults: world.faults - faults }));
      }
    };
    /** Tried again, as its Retry has it, or given up. */
    const fail = async (error: string, faults: number, more: Partial<World> = {}) => {
      if (faults > world.faults) return;
      const left = { ...more, faults: world.faults - faults };
      if (more.parameters !== undefined && state.Retry !== undefined) found.push(put(runner, left));
      found.push(put(await this.failed(runner, error), left));
    };
    switch (action) {
      case 'getParameters': {
        const [name = ''] = input.Names as unknown as string[];
        const { values, settled, since } = world.parameters[name] ?? ABSENT;
        for (let index = settled; index < values.length; index++) {
          const value = values[index];
          const list = value === undefined ? [] : [{ Name: name, Value: value, LastModifiedDate: since }];
          await answer({ Parameters: list }, index === values.length - 1 ? 0 : 1);
        }
        await fail('Ssm.InternalServerErrorException', 1);
        return found;
      }
      case 'putParameter': {
        const { Name: name = '', Value: value, Overwrite: overwrite } = input as Record<string, string>;
        const present = world.parameters[name] ?? ABSENT;
        if (!overwrite && present.values.at(-1) !== undefined) {
          await fail('Ssm.ParameterAlreadyExistsException', 0);
          return found;
        }
        const written = { ...present, values: [...present.values, value], since: JUST_NOW };
        const parameters = { ...world.parameters, [name]: written };
        await answer({ Version: 1 }, 0, { parameters });
        await fail('Ssm.InternalServerErrorException', 1, { parameters });
        await fail('Ssm.InternalServerErrorException', 1);
        return found;
      }
      case 'deleteParameters': {
        const [name = ''] = input.Names as unknown as string[];
        const present = world.parameters[name] ?? ABSENT;
        const parameters = { ...world.parameters, [name]: { ...present, values: [...present.values, undefined] } };
        await answer({}, 0, { parameters });
        await fail('Ssm.InternalServerErrorException', 1, { parameters });
        return found;
      }
      case 'describeExecution': {
        const other = world.runners.find(({ arn }) => arn === input.ExecutionArn);
        if (other === undefined) throw new Error(`Nobody is called ${input.ExecutionArn}.`);
        await answer({ Status: other.ended ? 'ABORTED' : 'RUNNING' }, 0);
        if (other.ended && !other.known) await answer({ Status: 'RUNNING' }, 1);
        if (!other.known) await fail('Sfn.ExecutionDoesNotExistException', 1);
        return found;
      }
      default:
        throw new Error(`The lock calls ${state.Resource}.`);
    }
  }

  private async succeed(runner: Runner, result: Json): Promise<Runner> {
    const state = this.states[runner.at] as Extract<State, { Type: 'Task' }>;
    return this.goOn(await this.assigned(runner, state.Assign, { result }), String(state.Next));
  }

  private async failed(runner: Runner, error: string): Promise<Runner> {
    const state = this.states[runner.at] as Extract<State, { Type: 'Task' }>;
    const [catcher] = state.Catch ?? [];
    // Nobody catches it: the execution fails.
    if (catcher === undefined) return over(runner);
    const errorOutput = { Error: error, Cause: 'by the model' };
    return this.goOn(await this.assigned(runner, catcher.Assign, { errorOutput }), catcher.Next);
  }

  /** Through what calls nobody, to the next Task or an end. */
  private async goOn(runner: Runner, next: string): Promise<Runner> {
    const state = this.states[next];
    if (next === REFUSED || next === TELLS) return over(runner);
    if (next === HOLDS || state?.Type === 'Task') return { ...runner, at: next };
    if (state?.Type === 'Choice') {
      for (const { Condition, Next, Assign } of state.Choices) {
        if (await this.evaluated(Condition, runner, {}))
          return this.goOn(await this.assigned(runner, Assign, {}), Next);
      }
      return this.goOn(await this.assigned(runner, state.Assign, {}), String(state.Default));
    }
    if (state?.Type !== 'Pass' && state?.Type !== 'Wait') throw new Error(`The lock has a ${state?.Type}: ${next}.`);
    return this.goOn(await this.assigned(runner, state.Assign, {}), String(state.Next));
  }

  private async assigned(runner: Runner, assign: object | undefined, given: object): Promise<Runner> {
    if (assign === undefined) return runner;
    const values = (await this.evaluated(assign, runner, given)) as object;
    return { ...runner, variables: { ...runner.variables, ...values } };
  }

  private async evaluated(template: unknown, runner: Runner, given: object): Promise<unknown> {
    if (Array.isArray(template)) return Promise.all(template.map((each) => this.evaluated(each, runner, given)));
    if (typeof template === 'object' && template !== null) {
      const entries = Object.entries(template).map(async ([key, value]) => [
        key,
        await this.evaluated(value, runner, given),
      ]);
      return Object.fromEntries(await Promise.all(entries));
    }
    if (typeof template !== 'string' || !template.startsWith('{%')) return template;
    const context = { Execution: { Id: runner.arn, Input: { action: runner.action } } };
    const variables: Record<string, unknown> = { ...runner.variables, states: { input: {}, context, ...given } };
    const key = `${template}\n${JSON.stringify(variables)}`;
    const known =
      this.remembered.get(key) ??
      evaluateExpression(template, (name) => variables[name], { now: NOW, random: () => 0.5 });
    this.remembered.set(key, known);
    return known;
  }
}

/** What it knew went with it. */
const over = (runner: Runner): Runner => ({ ...runner, at: REFUSED, ended: true, variables: {} });

const ABSENT: Parameter = { values: [undefined], settled: 0, since: LONG_AGO };
