import { domainToASCII, domainToUnicode } from 'node:url';

/** Characters that a URL parser would take for a part of a URL, and blanks; no domain has them. */
const NOT_IN_DOMAIN = /[\s%/?#:@[\]\\]/u;
/** A label that decoding left as it was: it is not valid Punycode. */
const PUNYCODE = /(^|\.)xn--/;
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * The form in which e-mail addresses are stored and compared: trimmed, without invisible characters, NFC, in lower case,
 * the domain in ASCII (IDNA, UTS #46), since a browser converts the domain of an e-mail field and other clients do not.
 * Ignores the case of the local part, which RFC 5321 leaves to the receiver and no large provider distinguishes.
 * @returns undefined for a text that has no such form. It does not check the syntax; the rule `email` does.
 */
export function canonicalEmail(text: string): string | undefined {
  const visible = text.replace(INVISIBLE, '').trim();
  const at = visible.lastIndexOf('@');
  const local = visible.slice(0, Math.max(at, 0)).normalize('NFC').toLowerCase().normalize('NFC');
  const domain = visible.slice(at + 1);
  if (!local || /^\p{M}/u.test(local) || NOT_IN_DOMAIN.test(domain)) return undefined;
  const ascii = domainToASCII(domain);
  const decoded = domainToUnicode(ascii);
  // Node 24 converts broken Punycode, which Node 20 refuses.
  if (!ascii || PUNYCODE.test(decoded) || domainToASCII(decoded) !== ascii) return undefined;
  return `${local}@${ascii}`;
}
