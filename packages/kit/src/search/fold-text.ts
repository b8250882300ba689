/** Which letters people take for the same when they look for something. */

/** Letters with a stroke or a shape of their own, which Unicode does not take apart. */
const plainLetters: Record<string, string> = {
  æ: 'ae',
  œ: 'oe',
  ð: 'd',
  đ: 'd',
  ɖ: 'd',
  ɗ: 'd',
  ə: 'e',
  ƒ: 'f',
  ħ: 'h',
  ɨ: 'i',
  ĸ: 'k',
  ƙ: 'k',
  ł: 'l',
  ŋ: 'n',
  ø: 'o',
  ŧ: 't',
  þ: 'th',
  ʉ: 'u',
  ς: 'σ',
}
const strangeLetters = new RegExp(`[${Object.keys(plainLetters).join('')}]`, 'gu')

/**
 * Marks that people leave out: accents, points of Hebrew, vowels of Arabic, dots under letters of India. Other marks are as
 * much as letters, such as vowels of Hindi, tones of Thai and voicing in Japanese.
 */
const optionalMarks = new RegExp(
  `[${[
    String.raw`\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\u0483-\u0487`,
    String.raw`\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7`,
    String.raw`\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed`,
    String.raw`\u093c\u09bc\u0a3c\u0abc\u0b3c\u0cbc`,
  ].join('')}]`,
  'gu',
)

/** Signs that nobody sees, and the stroke that makes Arabic words longer; not the space without width, which parts words. */
const unseen = /(?!\u200b)[\p{Default_Ignorable_Code_Point}\u0640]/gu

/** Apostrophes and the like that Unicode calls letters. */
const apostrophes = /[\u02b9-\u02bf\u02c8\u02ca-\u02cd\ua78b\ua78c]/g

/**
 * Small letters and plain digits, without accents and without differences of width, form and ligature; Katakana as Hiragana. The
 * same for every locale.
 */
export function fold(text: string): string {
  // Twice, as the capital of ß is two letters, and that of ẞ is none but itself.
  const small = text.normalize('NFKD').toLowerCase().toUpperCase().toLowerCase().normalize('NFKD')
  return small
    .replaceAll(unseen, '')
    .replaceAll(optionalMarks, '')
    .replaceAll(apostrophes, "'")
    .replaceAll(strangeLetters, (letter) => plainLetters[letter] ?? letter)
    .replaceAll(/(?![0-9])\p{Nd}/gu, plainDigit)
    .replaceAll(/[\u30a1-\u30f6\u30fd]/g, (katakana) => String.fromCharCode(katakana.charCodeAt(0) - 0x60))
}

/** Unicode has the ten digits of a script in a row, from nought to nine. */
function plainDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0
  let first = code
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first--
  return String((code - first) % 10)
}

/** The canonical form of names for comparison: `Zürich` equals `ZURICH`, and `St.Pölten` equals `St. Polten`. */
export function foldedName(name: string): string {
  const folded = fold(name)
  return (folded.match(/[\p{L}\p{N}\p{M}]+/gu) ?? folded.split(/\s+/)).join(' ').trim()
}
