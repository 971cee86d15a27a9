import { createContext, Script } from 'node:vm';

/** By the clock, which is all that can be had here: so long that no honest one takes it on a busy machine either. */
const MAX_SECONDS = 10;

const sandbox = createContext(Object.create(null));
const script = new Script('expression.exec(text)');

/**
 * The regular expressions of JSONata, ended where one does not come to an end: on some texts a short one takes years, and
 * nothing else would run meanwhile, not even an interruption by the user.
 */
export class BoundedRegExp {
  private readonly expression: RegExp;

  /** @param maxSeconds by the clock */
  constructor(
    expression: RegExp,
    private readonly maxSeconds = MAX_SECONDS,
  ) {
    this.expression = new RegExp(expression);
  }

  get lastIndex(): number {
    return this.expression.lastIndex;
  }

  set lastIndex(index: number) {
    this.expression.lastIndex = index;
  }

  /** Throws where it takes too long. */
  exec(text: string): RegExpExecArray | null {
    sandbox.expression = this.expression;
    sandbox.text = text;
    try {
      return script.runInContext(sandbox, { timeout: this.maxSeconds * 1000 });
    } catch (error) {
      if ((error as { readonly code?: unknown }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') {
        throw new Error(`The regular expression ${this.expression} took more than ${this.maxSeconds} s`);
      }
      throw error;
    }
  }
}
