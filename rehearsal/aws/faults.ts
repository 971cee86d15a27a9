/** What the rehearsal does to a call on purpose. */
export type Fault =
  | { readonly kind: 'throttle' }
  | { readonly kind: 'accessDenied' }
  /** The service's own refusal, or an outage (`InternalServerError`). */
  | { readonly kind: 'fail'; readonly code: string; readonly message?: string; readonly httpStatus?: number }
  /** The call is carried out after this long. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The call is carried out, and its answer is lost. */
  | { readonly kind: 'loseAnswer' };

/** A call that a fault may be injected into. */
export interface FaultTarget {
  /** Step Functions' names. */
  readonly service: string;
  readonly action: string;
  /** The state that calls; absent for other clients. */
  readonly state: string | undefined;
  /** Who calls. */
  readonly principalArn: string;
}

/** Asked before every call; undefined lets it pass. */
export type FaultHook = (target: FaultTarget) => Fault | undefined;
