import type { IConstruct } from 'constructs';

/**
 * What an app states cannot be deployed, or would not do what was meant. The message says what was got, what is accepted and
 * what to do, and ends with the path of the construct: an app may have many of a kind.
 */
export class ValidationError extends Error {
  public override readonly name = 'ValidationError';

  /** @param constructPath undefined where there is no construct yet, as in a static factory */
  constructor(
    message: string,
    public readonly constructPath?: string,
    options?: ErrorOptions,
  ) {
    super(constructPath === undefined ? message : `${message} (at path '${constructPath}')`, options);
  }
}

/**
 * Has what `make` refuses end with the path of the construct that was told so; the innermost one, where they are nested.
 *
 * @param id of a construct in `scope` that is about to be made. Absent: `scope` itself was told
 */
export function inConstruct<T>(scope: IConstruct, make: () => T, id?: string): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof ValidationError) || error.constructPath !== undefined) throw error;
    const path = [scope.node.path, id].filter((part) => part !== undefined && part !== '').join('/');
    throw new ValidationError(error.message, path, { cause: error });
  }
}
