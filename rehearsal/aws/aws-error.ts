/** A refusal, as the service's own API would put it. The dispatcher makes of it what each kind of client sees. */
export class AwsError extends Error {
  override readonly name = 'AwsError';

  constructor(
    /** The error's shape in the service's model (`ParameterNotFound`), or a code that the model has none for (`InvalidGroup.NotFound`). */
    readonly code: string,
    /** Some errors come without any text. */
    message = '',
    /** For a code outside the model; a modelled error has its own. */
    readonly httpStatus = 400,
    /** Whether the error is known by its code. Systems Manager has an AccessDeniedException in its model, of other actions. */
    readonly isModelled = true,
  ) {
    super(message);
  }
}

/** Something AWS could do and this fake cannot. It ends the rehearsal instead of pretending. */
export class NotRehearsedError extends Error {
  override readonly name = 'NotRehearsedError';

  constructor(what: string) {
    super(`${what} cannot be rehearsed: the control plane here does not know it.`);
  }
}
