import { XmlCodec } from '@aws-sdk/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import { type SdkOperation, sdkOperations } from '../sdk-schemas';
import { isRecord, type Wire, type WireRequest, xmlText } from './wire';

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

/** The labels of the path, where method and path are the operation's. */
function matchPath(operation: SdkOperation, { method, path }: WireRequest): Record<string, string> | undefined {
  if (operation.http === undefined || operation.http.method !== method) {
    return undefined;
  }
  const template = operation.http.path.replace(/\?.*$/, '').split('/');
  const parts = path.split('/');
  if (template.length !== parts.length) {
    return undefined;
  }
  const labels: Record<string, string> = {};
  for (const [index, piece] of template.entries()) {
    const part = decodeURIComponent(parts[index] ?? '');
    const label = /^\{(.+)\}$/.exec(piece)?.[1];
    if (label !== undefined && part !== '') {
      labels[label] = part;
    } else if (piece !== part) {
      return undefined;
    }
  }
  return labels;
}

function fromQuery(input: NormalizedSchema, query: URLSearchParams): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const [name, member] of input.structIterator()) {
    const key = member.getMergedTraits().httpQuery;
    const value = key === undefined ? null : query.get(key);
    if (value !== null) {
      given[name] = member.isNumericSchema() ? Number(value) : member.isBooleanSchema() ? value === 'true' : value;
    }
  }
  return given;
}
