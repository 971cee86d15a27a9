import type { Json } from './json';

/** `$states.context`, with the fields that the Developer Guide lists. Times are ISO 8601 with milliseconds. */
export interface ContextObject {
  readonly Execution: {
    readonly Id: string;
    readonly Input: Json;
    readonly Name: string;
    readonly RoleArn: string;
    readonly StartTime: string;
    /** How often it was taken up again after it had ended. */
    readonly RedriveCount: number;
  };
  readonly StateMachine: { readonly Id: string; readonly Name: string };
  readonly State: {
    readonly Name: string;
    readonly EnteredTime: string;
    /** Task, Parallel and Map only. */
    readonly RetryCount?: number;
  };
  /** Tasks that wait for a token only. */
  readonly Task?: { readonly Token: string };
  /** Within an iteration of a Map, and its ItemSelector. */
  readonly Map?: { readonly Item: MapItem };
}

export interface MapItem {
  readonly Index: number;
  readonly Value: Json;
}
