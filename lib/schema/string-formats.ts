// The formats of JSON Schema as patterns of the mask engine, each for the whole text. Every text that a pattern accepts
// is valid by the RFC that the standard names; where a grammar asks for more than a regular language, or for tables that
// are not worth their size, the pattern accepts less. What is left out is said beside it.

/** What a text of some format must match as a whole, and how long it may be. */
export interface StringFormat {
  readonly match: readonly string[];
  readonly avoid: readonly string[];
  /** Most code points. Default unbounded. */
  readonly max?: number;
}

/** The texts of a format, or nothing if the format is not one of the standard's: then it is an annotation. */
export function stringFormat(name: string): StringFormat | undefined {
  return Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
}

/** The formats that are enforced. */
export function stringFormatNames(): string[] {
  return Object.keys(FORMATS);
}

function format(match: string, max?: number): StringFormat {
  return { match: [match], avoid: [], ...(max === undefined ? {} : { max }) };
}

const either = (...parts: readonly string[]): string => `(?:${parts.join('|')})`;

// --- RFC 3339: dates, times, durations ------------------------------------------------------------------------------

const LEAP_YEAR = either('[0-9]{2}(?:0[48]|[2468][048]|[13579][26])', '(?:[02468][048]|[13579][26])00');
const DATE = either(
  `[0-9]{4}-${either(
    '(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])',
    '(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)',
    '02-(?:0[1-9]|1[0-9]|2[0-8])',
  )}`,
  `${LEAP_YEAR}-02-29`,
);
const HOUR_MINUTE = '(?:[01][0-9]|2[0-3]):[0-5][0-9]';
const FRACTION = String.raw`(?:\.[0-9]+)?`;
// A leap second is the last one of a day in UTC. Spelled with another offset it is left out.
const TIME = either(
  `${HOUR_MINUTE}:[0-5][0-9]${FRACTION}(?:[Zz]|[+\\x2d]${HOUR_MINUTE})`,
  `23:59:60${FRACTION}(?:[Zz]|[+\\x2d]00:00)`,
);

/** 1D, 1M, 1M1D and so on: a unit may be followed by the next smaller one only (appendix A). */
function chain(units: string): string {
  return Array.from(units).reduceRight((smaller, unit) => `[0-9]+${unit}${smaller === '' ? '' : `(?:${smaller})?`}`, '');
}
const suffixes = (units: string): string[] => Array.from(units, (_, i) => chain(units.slice(i)));
const DURATION_TIME = `T${either(...suffixes('HMS'))}`;
const DURATION = `P${either(`${either(...suffixes('YMD'))}(?:${DURATION_TIME})?`, DURATION_TIME, '[0-9]+W')}`;

// --- RFC 1123, 4291, 5321: hosts and mail -----------------------------------------------------------------------------

const OCTET = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const IPV4 = String.raw`(?:${OCTET}\.){3}${OCTET}`;
const H16 = '[0-9A-Fa-f]{1,4}';
const LS32 = either(`${H16}:${H16}`, IPV4);
const IPV6 = either(
  `(?:${H16}:){6}${LS32}`,
  `::(?:${H16}:){5}${LS32}`,
  `(?:${H16})?::(?:${H16}:){4}${LS32}`,
  ...[3, 2, 1].map((after) => `(?:(?:${H16}:){0,${4 - after}}${H16})?::(?:${H16}:){${after}}${LS32}`),
  `(?:(?:${H16}:){0,4}${H16})?::${LS32}`,
  `(?:(?:${H16}:){0,5}${H16})?::${H16}`,
  `(?:(?:${H16}:){0,6}${H16})?::`,
);

/** A label of letters, digits and inner hyphens, up to 63. */
const LABEL = String.raw`[0-9A-Za-z](?:[0-9A-Za-z\x2d]{0,61}[0-9A-Za-z])?`;
// "--" in the third and fourth place marks names in another script (xn--...), whose validity takes Unicode tables: left out.
const HOST_LABEL = String.raw`(?!..\x2d\x2d)${LABEL}`;
const HOSTNAME = String.raw`${HOST_LABEL}(?:\.${HOST_LABEL})*`;
// Of the scripts that need nothing but letters, three; a label of 12 such letters stays below 63 octets in Punycode.
const IDN_LETTER = String.raw`[0-9a-z\u00e0-\u00f6\u00f8-\u00ff\u4e00-\u9fa5\uac00-\ud7a3]`;
const IDN_HOSTNAME = String.raw`(?:${HOST_LABEL}|${IDN_LETTER}{1,12})(?:\.(?:${HOST_LABEL}|${IDN_LETTER}{1,12}))*`;

const ATEXT = String.raw`0-9A-Za-z!#$%&'*+\/=?^_\x60{|}~\x2d`;
const ADDRESS = String.raw`\[(?:${IPV4}|IPv6:${IPV6})\]`;
/** The rule Mailbox of RFC 5321, section 4.1.2, which sets no lengths. */
function mailbox(atext: string, qtext: string, domain: string): string {
  const dotted = String.raw`[${atext}]+(?:\.[${atext}]+)*`;
  const quoted = String.raw`"(?:[${qtext}]|\\[ -~])*"`;
  return `${either(dotted, quoted)}@${either(domain, ADDRESS)}`;
}
const QTEXT = String.raw` !#-\[\]-~`;
const DOMAIN_LABEL = String.raw`[0-9A-Za-z](?:[0-9A-Za-z\x2d]*[0-9A-Za-z])?`;
const DOMAIN = String.raw`${DOMAIN_LABEL}(?:\.${DOMAIN_LABEL})*`;
const EMAIL = mailbox(ATEXT, QTEXT, DOMAIN);
const BEYOND_ASCII = String.raw`\u{80}-\u{10ffff}`;
const IDN_EMAIL = mailbox(ATEXT + BEYOND_ASCII, QTEXT + BEYOND_ASCII, either(DOMAIN, IDN_HOSTNAME));

// --- RFC 3986 and 3987: URIs and IRIs ---------------------------------------------------------------------------------

const PERCENT = '%[0-9A-Fa-f]{2}';
const UCSCHAR = String.raw`\u{a0}-\u{d7ff}\u{f900}-\u{fdcf}\u{fdf0}-\u{ffef}${Array.from({ length: 14 }, (_, i) => {
  const plane = (i + 1).toString(16);
  return String.raw`\u{${plane}${i === 13 ? '1000' : '0000'}}-\u{${plane}fffd}`;
}).join('')}`;
const IPRIVATE = String.raw`\u{e000}-\u{f8ff}\u{f0000}-\u{ffffd}\u{100000}-\u{10fffd}`;

/** The grammar of URIs; `extra` and `privateUse` are what IRIs add. */
function uriGrammar(extra: string, privateUse: string) {
  const plain = String.raw`0-9A-Za-z._~!$&'()*+,;=\x2d${extra}`;
  const set = (more: string): string => `(?:[${plain}${more}]|${PERCENT})`;
  const segment = set(':@');
  const host = String.raw`(?:\[(?:${IPV6}|[vV][0-9A-Fa-f]+\.[0-9A-Za-z._~!$&'()*+,;=:\x2d]+)\]|${set('')}*)`;
  const authority = String.raw`(?:${set(':')}*@)?${host}(?::[0-9]*)?`;
  const slashes = String.raw`(?:\/${segment}*)*`;
  const absolute = String.raw`\/(?:${segment}+${slashes})?`;
  const tail = String.raw`(?:\?${set(String.raw`:@\/?${privateUse}`)}*)?(?:#${set(String.raw`:@\/?`)}*)?`;
  const rooted = String.raw`\/\/${authority}${slashes}|${absolute}`;
  const whole = String.raw`[A-Za-z][0-9A-Za-z+.\x2d]*:(?:${rooted}|${segment}+${slashes}|)${tail}`;
  const relative = String.raw`(?:${rooted}|${set('@')}+${slashes}|)${tail}`;
  return { whole, reference: `(?:${whole}|${relative})` };
}
const URI = uriGrammar('', '');
const IRI = uriGrammar(UCSCHAR, IPRIVATE);

// --- RFC 6570, 6901 and the rest --------------------------------------------------------------------------------------

const TEMPLATE_NAME = (() => {
  const character = `(?:[0-9A-Za-z_]|${PERCENT})`;
  return String.raw`${character}(?:\.?${character})*`;
})();
const TEMPLATE_VARIABLE = String.raw`${TEMPLATE_NAME}(?:\*|:[1-9][0-9]{0,3})?`;
const TEMPLATE_LITERAL = String.raw`[!#$&-;=?-\[\]_a-z~${UCSCHAR}${IPRIVATE}]|${PERCENT}`;
const URI_TEMPLATE = String.raw`(?:${TEMPLATE_LITERAL}|\{[+#.\/;?&]?${TEMPLATE_VARIABLE}(?:,${TEMPLATE_VARIABLE})*\})*`;

const JSON_POINTER = String.raw`(?:\/(?:[^~\/]|~[01])*)*`;

// Regular expressions are not a regular language: groups nest up to three deep here. Left out: named groups,
// backreferences, property escapes, and ranges in classes other than those of letters and digits.
const REGEX = (() => {
  const escape = String.raw`\\[dDsSwWfnrtv^$\\.*+?()\[\]{}|\/]`;
  const member = String.raw`(?:[^\\\]\[\x2d^&]|${escape}|a-z|A-Z|0-9)`;
  const simple = String.raw`[^\\^$.*+?()\[\]{}|]|\.|${escape}|\[\^?${member}*\]`;
  // {n,m} with n <= m, of up to two digits.
  const from = (digit: number): string => `[${digit}-9]`;
  const digits = Array.from({ length: 10 }, (_, digit) => digit);
  const rising = either(
    '[0-9],[1-9][0-9]',
    ...digits.map((n) => `${n},${from(n)}`),
    ...digits.slice(1).map((ten) => `${ten}${either(...(ten < 9 ? [`[0-9],${from(ten + 1)}[0-9]`] : []), ...digits.map((n) => `${n},${ten}${from(n)}`))}`),
  );
  const quantifier = String.raw`(?:(?:[*+?]|\{[0-9]{1,2}(?:,)?\}|\{${rising}\})\??)?`;
  let inside = `(?:(?:${simple})${quantifier}|[|^$])*`;
  for (let depth = 0; depth < 3; depth++) {
    const group = String.raw`\((?:\?:)?${inside}\)`;
    const assertion = String.raw`\(\?<?[=!]${inside}\)`;
    inside = String.raw`(?:(?:${simple}|${group})${quantifier}|${assertion}|[|^$]|\\[bB])*`;
  }
  return inside;
})();

const HEX = '[0-9A-Fa-f]';

const FORMATS: Readonly<Record<string, StringFormat>> = {
  'date-time': format(`${DATE}[Tt]${TIME}`),
  date: format(DATE),
  time: format(TIME),
  duration: format(DURATION),
  email: format(EMAIL),
  'idn-email': format(IDN_EMAIL),
  hostname: format(HOSTNAME, 253),
  'idn-hostname': format(IDN_HOSTNAME, 100),
  ipv4: format(IPV4),
  ipv6: format(IPV6),
  uuid: format(`${HEX}{8}(?:-${HEX}{4}){3}-${HEX}{12}`),
  uri: format(URI.whole),
  'uri-reference': format(URI.reference),
  iri: format(IRI.whole),
  'iri-reference': format(IRI.reference),
  'uri-template': format(URI_TEMPLATE),
  'json-pointer': format(JSON_POINTER),
  'relative-json-pointer': format(`(?:0|[1-9][0-9]*)(?:#|${JSON_POINTER})`),
  regex: format(REGEX),
};
