import { XmlCodec } from '@aws-sdk/core/protocols';
import { actionName, sdkOperations } from '../sdk-schemas';
import { type QueryNames, readForm } from './form';
import { type Wire, xmlText } from './wire';

const DATE_TIME = 5;

export interface QueryWireProps {
  readonly xmlNamespace: string;
  /** EC2's variant: other names, lists without `member`, no result element around the answer. */
  readonly names: QueryNames;
}

/**
 * AWS Query and EC2 Query: a form in, XML out.
 *
 * @see https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export const queryWire = ({ xmlNamespace, names }: QueryWireProps): Wire => {
  const codec = new XmlCodec({
    timestampFormat: { useTrait: true, default: DATE_TIME },
    httpBindings: false,
    xmlNamespace,
    serviceNamespace: '',
  });
  const headers = (requestId: string) => ({ 'content-type': 'text/xml', 'x-amzn-requestid': requestId });
  return {
    read: async (service, { body }) => {
      const form = new URLSearchParams(body);
      const operation = (await sdkOperations(service)).get(actionName(form.get('Action') || '?'));
      return operation === undefined ? undefined : { operation, input: readForm(operation.input, form, names) };
    },
    write: (operation, output, requestId) => {
      const content = operation.output.isStructSchema() ? contentOf(codec, operation.output, output) : '';
      const inside =
        names === 'ec2'
          ? `<requestId>${requestId}</requestId>${content}`
          : `<${operation.name}Result>${content}</${operation.name}Result><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
      return {
        status: 200,
        headers: headers(requestId),
        body: `<${operation.name}Response xmlns="${xmlNamespace}">${inside}</${operation.name}Response>`,
      };
    },
    writeError: ({ code, message, httpStatus, requestId }) => {
      const error = `<Code>${xmlText(code)}</Code><Message>${xmlText(message)}</Message>`;
      return {
        status: httpStatus,
        headers: headers(requestId),
        body:
          names === 'ec2'
            ? `<Response><Errors><Error>${error}</Error></Errors><RequestID>${requestId}</RequestID></Response>`
            : `<ErrorResponse xmlns="${xmlNamespace}"><Error><Type>Sender</Type>${error}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
      };
    },
  };
};

/** The members of a structure as XML, without the element around them. */
function contentOf(
  codec: XmlCodec,
  ...[schema, value]: Parameters<ReturnType<XmlCodec['createSerializer']>['write']>
): string {
  const serializer = codec.createSerializer();
  serializer.write(schema, value);
  return /^<[^>]*[^/]>(.*)<\/[^>]+>$/s.exec(String(serializer.flush()))?.[1] ?? '';
}
