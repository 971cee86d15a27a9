import { JsonCodec } from '@smithy/core/protocols';
import { actionName, type SdkServiceNames, sdkOperations } from '../sdk-schemas';
import { isRecord, type Wire } from './wire';

/** Times as seconds since the epoch, unless a member says otherwise. */
const EPOCH_SECONDS = 7;

/**
 * AWS JSON 1.0 and 1.1: the operation in `X-Amz-Target`, everything else in the body.
 *
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export const jsonWire = (version: '1.0' | '1.1'): Wire => {
  const codec = new JsonCodec({ timestampFormat: { useTrait: true, default: EPOCH_SECONDS }, jsonName: false });
  const headers = (requestId: string) => ({
    'content-type': `application/x-amz-json-${version}`,
    'x-amzn-requestid': requestId,
  });
  return {
    read: async (service: SdkServiceNames, { headers: { 'x-amz-target': target = '' }, body }) => {
      const operation = (await sdkOperations(service)).get(actionName(target.split('.').at(-1) || '?'));
      if (operation === undefined) {
        return undefined;
      }
      const input: unknown = await codec.createDeserializer().read(operation.input, body === '' ? '{}' : body);
      return { operation, input: isRecord(input) ? input : {} };
    },
    write: (operation, output, requestId) => {
      const serializer = codec.createSerializer();
      serializer.write(operation.output, output);
      return { status: 200, headers: headers(requestId), body: String(serializer.flush() || '{}') };
    },
    writeError: ({ code, shape, message, httpStatus, requestId }) => ({
      status: httpStatus,
      headers: headers(requestId),
      body: JSON.stringify({ __type: shape ?? code, ...(message !== '' && { message }) }),
    }),
  };
};
