import type { AwsCallError } from '../call-error';
import type { SdkOperation, SdkServiceNames } from '../sdk-schemas';

/** What came over the wire. */
export interface WireRequest {
  readonly method: string;
  /** With its leading slash, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request that has been understood. */
export interface DecodedRequest {
  readonly operation: SdkOperation;
  readonly input: Readonly<Record<string, unknown>>;
}

/** How a service's requests and answers are written. */
export interface Wire {
  /** Undefined where the request names no operation of the service. */
  read(service: SdkServiceNames, request: WireRequest): Promise<DecodedRequest | undefined>;
  write(operation: SdkOperation, output: object, requestId: string): WireResponse;
  writeError(error: AwsCallError): WireResponse;
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Text as XML content. */
export const xmlText = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
