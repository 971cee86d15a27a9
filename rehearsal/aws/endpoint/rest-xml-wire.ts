import { XmlCodec } from '@aws-sdk/core/protocols';
import { sdkOperations } from '../sdk-schemas';
import { fromQuery, matchPath } from './rest-request';
import { isRecord, type Wire, xmlText } from './wire';

/** Times as ISO 8601, unless a member says otherwise. */
const DATE_TIME = 5;

/**
 * REST with XML: the operation by method and path, parameters in path, query and body.
 *
 * @see https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html
 */
export const restXmlWire = (xmlNamespace: string): Wire => {
  const codec = new XmlCodec({
    timestampFormat: { useTrait: true, default: DATE_TIME },
    httpBindings: true,
    xmlNamespace,
    serviceNamespace: '',
  });
  const headers = (requestId: string) => ({ 'content-type': 'text/xml', 'x-amzn-requestid': requestId });
  return {
    read: async (service, request) => {
      for (const operation of (await sdkOperations(service)).values()) {
        const labels = matchPath(operation, request);
        if (labels !== undefined) {
          const fromBody: unknown =
            request.body === '' ? {} : codec.createDeserializer().read(operation.input, Buffer.from(request.body));
          return {
            operation,
            input: { ...(isRecord(fromBody) ? fromBody : {}), ...labels, ...fromQuery(operation.input, request.query) },
          };
        }
      }
      return undefined;
    },
    write: (operation, output, requestId) => {
      const serializer = codec.createSerializer();
      serializer.write(operation.output, output);
      return {
        status: 200,
        headers: headers(requestId),
        body: `<?xml version="1.0" encoding="UTF-8"?>${serializer.flush()}`,
      };
    },
    writeError: ({ code, message, httpStatus, requestId }) => ({
      status: httpStatus,
      headers: headers(requestId),
      body: `<?xml version="1.0"?><ErrorResponse xmlns="${xmlNamespace}"><Error><Type>Sender</Type><Code>${xmlText(code)}</Code><Message>${xmlText(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
    }),
  };
};
