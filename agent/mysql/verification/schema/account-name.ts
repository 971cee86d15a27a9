import { objectName } from '../../../sql/object-name';

/** `app@%`; a part that could be mistaken is quoted. */
export function accountName(user: string, host: string): string {
  return `${objectName(user)}@${/^[\w.%:/-]*$/.test(host) ? host : objectName(host)}`;
}
