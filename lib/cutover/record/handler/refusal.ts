/** The record is not what the deploy takes it for; nothing was changed. */
export class Refusal extends Error {
  public override readonly name = 'Refusal';
}
