/**
 * Which text may stand on one line that others read: a name, a label, a title. Signs that nobody sees are refused, because
 * they break lines and mails, turn the direction of what stands beside them, and make two names out of one that look alike.
 */

/** Signs that nobody sees: controls, formats, line and paragraph ends, halves of characters, private and fill signs. */
const invisible =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800]/u

const everyInvisible = new RegExp(invisible, 'gu')

/** Arabic, Syriac and Kaithi signs that stand over the digits behind them. Unicode calls them formats, but they are seen. */
const visibleFormats = /[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}]/gu

/** Emoji of several parts, as UTS 51 joins them: skin, sex, families, flags of regions. */
const pictograph = '\\p{Extended_Pictographic}(?:\\ufe0f|\\p{Emoji_Modifier})?'
const emoji = new RegExp(
  [
    `${pictograph}(?:\\u200d${pictograph})+`,
    '\\u{1f3f4}[\\u{e0030}-\\u{e0039}\\u{e0061}-\\u{e007a}]{2,6}\\u{e007f}',
    '[0-9#*]\\ufe0f?\\u20e3',
    '(?![0-9#*])\\p{Emoji}[\\ufe0e\\ufe0f]',
  ].join('|'),
  'gu',
)

/** Scripts whose letters change their form beside each other. */
const joining = 'Arabic|Syriac|Mongolian|Nko|Mandaic|Manichaean|Adlam|Hanifi_Rohingya'
const indic =
  'Devanagari|Bengali|Gurmukhi|Gujarati|Oriya|Tamil|Telugu|Kannada|Malayalam|Sinhala|Khmer|Myanmar|Balinese|Javanese'
const either = (scripts: string) => `[${scripts.replace(/(\w+)\|?/g, '\\p{Script=$1}')}]`
const letterOf = (scripts: string) => `(?=[\\p{L}\\p{M}])${either(scripts)}`

/** Joiners where a script needs them (RFC 5892, appendix A.1 and A.2): between its letters, or behind a vowel killer. */
const joiner = new RegExp(
  [
    `(?<=${either(joining)}\\p{M}*)[\\u200c\\u200d](?=${letterOf(joining)})`,
    `(?<=\\p{M})(?<=${either(indic)})[\\u200c\\u200d](?![\\u200c\\u200d])`,
    `(?<=${either(indic)})[\\u200c\\u200d](?=${letterOf(indic)})`,
  ].join('|'),
  'gu',
)

/** What is wrong with text that others read on one line, as the end of a sentence; null when all is well. */
export function lineProblem(text: string): string | null {
  if (/[\p{Zl}\p{Zp}\r\n]/u.test(text)) return 'must be a single line of text'
  const plain = [emoji, joiner, visibleFormats].reduce((rest, allowed) => rest.replaceAll(allowed, ''), text)
  return invisible.test(plain) ? 'must be a single line of text without invisible or direction characters' : null
}

/** The one form of all texts that look the same: what differs in case, width, spaces and invisible signs alone is alike. */
export function visualForm(text: string): string {
  const seen = text.normalize('NFKC').replaceAll(everyInvisible, '')
  return seen.toLowerCase().toUpperCase().toLowerCase().replaceAll(/\s+/g, ' ').trim()
}

/** Domains that mail programs make a link of: a name, a full stop, and letters that could be a top-level domain. */
const address =
  /(?:https?|ftp|mailto|tel):|:\/\/|\bwww\.|\S@\S|(?:\d{1,3}\.){3}\d{1,3}|[\p{L}\p{N}]\.(?:[a-z]{2,}|xn--\S+|рф|рус|бел|укр|срб|онлайн|сайт|орг|ком|中国|中國|公司|网络|ไทย|भारत)(?![\p{L}\p{N}])/iu

/** Whether mail programs and people could take a name for a web or e-mail address. */
export function looksLikeAddress(text: string): boolean {
  return address.test(
    text
      .normalize('NFKC')
      .replaceAll(everyInvisible, '')
      .replaceAll(/[。｡․]/g, '.'),
  )
}
