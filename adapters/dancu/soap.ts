/** Writing a SOAP 1.1 request: every text escaped, the elements in the order of the sequence whatever order the fields have. */
import { isRecord } from '../../src/contract/is-record.ts';
import { xmlText } from '../../src/contract/xml/write.ts';
import { ELEMENTS, PAGING, SOAP_NAMESPACE, type MessageForm } from './elements.ts';

export interface SoapStyle {
  namespace: string;
  prefix: string;
  /** element around Trang and SoBanGhi; absent: none */
  pagingElement?: string;
}

/** `]]>` may not stand in a text; xmlText escapes its last letter. @throws TypeError for a character that XML does not have */
const element = (name: string, value: unknown): string => {
  const inner = isRecord(value) ? Object.entries(value).map(([below, text]) => element(`${name.slice(0, name.indexOf(':') + 1)}${below}`, text)).join('') : xmlText(String(value));
  return inner === '' ? `<${name}/>` : `<${name}>${inner}</${name}>`;
};

/**
 * @param wrapper name of the one element in the body
 * @param fields values by element name; what is absent is left out. @throws TypeError for a character that XML does not have
 */
export function soapEnvelope(wrapper: string, form: MessageForm, fields: Readonly<Record<string, unknown>>, { namespace, prefix, pagingElement }: SoapStyle): string {
  const given = ELEMENTS[form].filter((name) => fields[name] !== undefined);
  const write = (names: readonly string[]): string => names.map((name) => element(`${prefix}:${name}`, fields[name])).join('');
  const paging = pagingElement === undefined ? [] : given.filter((name) => PAGING.includes(name));
  const plain = write(given.filter((name) => !paging.includes(name)));
  const children = paging.length === 0 ? plain : `${plain}<${prefix}:${pagingElement}>${write(paging)}</${prefix}:${pagingElement}>`;
  return `<soapenv:Envelope xmlns:soapenv="${SOAP_NAMESPACE}" xmlns:${prefix}="${xmlText(namespace)}"><soapenv:Header/><soapenv:Body><${prefix}:${wrapper}>${children}</${prefix}:${wrapper}></soapenv:Body></soapenv:Envelope>`;
}
