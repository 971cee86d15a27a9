import { JsonCodec } from '@smithy/core/protocols';
import { sdkOperations } from '../sdk-schemas';
import { fromQuery, matchPath } from './rest-request';
import { isRecord, type Wire } from './wire';

/** Times as seconds since the epoch, unless a member says otherwise. */
const EPOCH_SECONDS = 7;

/**
 * REST with JSON: the operation by method and path, parameters in path, query and body.
 *
 * @see https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
 */
export const restJsonWire = (): Wire => {
  const codec = new JsonCodec({ timestampFormat: { useTrait: true, default: EPOCH_SECONDS }, jsonName: true });
  const headers = (requestId: string) => ({ 'content-type': 'application/json', 'x-amzn-requestid': requestId });
  return {
    read: async (service, request) => {
      for (const operation of (await sdkOperations(service)).values()) {
        const labels = matchPath(operation, request);
        if (labels === undefined) continue;
        const body: unknown = await codec
          .createDeserializer()
          .read(operation.input, request.body === '' ? '{}' : request.body);
        const fromBody = isRecord(body) ? body : {};
        return { operation, input: { ...fromBody, ...labels, ...fromQuery(operation.input, request.query) } };
      }
      return undefined;
    },
    write: (operation, output, requestId) => {
      const serializer = codec.createSerializer();
      serializer.write(operation.output, output);
      return { status: 200, headers: headers(requestId), body: String(serializer.flush() || '{}') };
    },
    writeError: ({ code, shape, message, httpStatus, requestId }) => ({
      status: httpStatus,
      headers: { ...headers(requestId), 'x-amzn-errortype': shape ?? code },
      body: JSON.stringify({ Type: 'User', message }),
    }),
  };
};
