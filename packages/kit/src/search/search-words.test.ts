import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { useDatabase } from '../testing/database/database.ts'
import { foldedName } from './fold-text.ts'
import { searchQuery, searchVector } from './search-words.ts'

const database = useDatabase(fileURLToPath(new URL('../testing/database/migrations', import.meta.url)))

interface Search {
  title: string
  text: string
}

/** The searches that do not find their title. Postgres compares all of them in one statement. */
async function missed(searches: readonly Search[]): Promise<Search[]> {
  const asked = searches.map(({ title, text }, index) => ({
    index,
    vector: searchVector({ A: title }),
    query: searchQuery(text) ?? '',
  }))
  const { rows } = await database.db.execute<{ index: number }>(sql`
    select index from json_to_recordset(${JSON.stringify(asked)}::json) as asked(index integer, vector text, query text)
    where not (vector::tsvector @@ query::tsquery) order by index`)
  return rows.map(({ index }) => searches[index] as Search)
}

async function finds(text: string, titles: readonly string[]): Promise<string[]> {
  const not = new Set((await missed(titles.map((title) => ({ title, text })))).map(({ title }) => title))
  return titles.filter((title) => !not.has(title))
}

const found: Record<string, string[]> = {
  'AC/DC Tribute': ['AC/DC', 'DC', 'ac dc', 'acdc', 'AC-DC', 'AC/D', 'AC/'],
  'FC St.Pauli Revue': ['St.Pauli', 'Pauli', 'St. Pauli', 'st pauli', 'StPauli'],
  'FC St. Pauli Revue': ['St.Pauli', 'Pauli', 'St. Pauli', 'st pauli'],
  'will.i.am live': ['will.i.am', 'will i am', 'william', 'am', 'will.i'],
  'Heroes@Night.com Gala': ['Night', 'heroes@night.com', 'com', 'heroes night'],
  '3.5 Sisters': ['3.5', '3', '5', '35', '3,5'],
  'Station -273': ['-273', '273', '\u2212273'],
  'http://example.com/show Night': ['show', 'example.com', 'http://example.com/show', 'http'],
  'blink-182': ['blink182', 'blink 182', 'blink', '182', 'Blink\u2010182'],
  'R.E.M. Night': ['R.E.M.', 'REM', 'r.e.m', 'R E M', 'R.E'],
  REM: ['R.E.M.', 'rem'],
  'Don\u2019t Stop, O\u2019Brien': ["Don't", 'dont', 'Don\u02bct', "O'Brien", 'obrien', 'brien'],
  '\u201cThe \u2018Best\u2019\u201d': ['"Best"', 'best', "'best'"],
  'हिन्दी संगीत': ['हिन्दी', 'संगीत', 'हिन्दी संगीत', 'हिन'],
  'ガンダム 交響楽の夕べ': [
    'ガンダム',
    'ｶﾞﾝﾀﾞﾑ',
    'がんだむ',
    '夕べ',
    '夕',
    'べ',
    '交響楽',
    'の夕べ',
    '響',
    'ガンダム交響楽',
  ],
  'アイ・ラブ・ユー': ['アイラブユー', 'ラブ', 'アイ・ラブ'],
  夏の夜: ['夏の 夜', '夏 の夜'],
  คอนเสิร์ตดนตรีไทย: ['ดนตรี', 'ไทย', 'คอนเสิร์ต'],
  ຄອນເສີດດົນຕີ: ['ດົນຕີ'],
  ប្រគុំតន្ត្រី: ['តន្ត្រី'],
  ဂီတဖျော်ဖြေပွဲ: ['ဖျော်ဖြေ'],
  'Việt Nam đêm nhạc': ['dem nhac', 'đêm', 'viet nam'],
  'Straßenfest Łódź Øresund': ['Strassenfest', 'STRASSE', 'STRAẞE', 'Lodz', 'Oresund', 'łódź'],
  'Cæsar, œuvre & Þórr': ['caesar', 'OEUVRE', 'thorr', '&'],
  'İstanbul Iğdır ırmak': ['istanbul', 'ISTANBUL', 'igdir', 'irmak', 'Irmak'],
  Zürich: ['Zurich', 'Zu\u0308rich', 'ZÜRICH', 'zür'],
  'Zu\u0308rich': ['Zürich', 'zurich'],
  'Ｎｉｇｈｔ ２０２７ ﬁnal': ['night', '2027', 'final', '２０２７', '٢٠٢٧', '२०२७'],
  'ΟΔΥΣΣΕΥΣ Άσμα': ['οδυσσεύς', 'οδυσσευς', 'ασμα'],
  'Чайковский. Ёлка': ['чайковскии', 'елка', 'ЧАЙКОВСКИЙ'],
  'مُوسِيقَى كـــبيرة': ['موسيقى', 'كبيرة'],
  שָׁלוֹם: ['שלום'],
  '한국 음악회': ['한국', '음악', '하'],
  '!!!': ['!!!'],
  '🎉 Party': ['🎉', 'party', '🎉 party'],
  "It's 100\\% 'quoted' \\": ['100\\%', "'quoted'", '\\'],
  'Sof\u00adt hy\u200bphen': ['soft', 'hyphen', 'hy phen'],
}

test.each(Object.entries(found))('%s is found by %j', async (title, texts) => {
  const searches = [title, ...title.split(/\s+/), ...texts].map((text) => ({ title, text }))
  expect(await missed(searches)).toEqual([])
})

test('finds no more than what was typed', async () => {
  const titles = Object.keys(found)
  expect(await finds('R.E.M.', titles)).toEqual(['R.E.M. Night', 'REM'])
  expect(await finds('か', titles)).toEqual([])
  expect(await finds('楽響', titles)).toEqual([])
  expect(await finds('हन', titles)).toEqual([])
  expect(await finds('hamlet', titles)).toEqual([])
  expect(await finds('tribune dc', titles)).toEqual([])
})

test('looks for nothing where nothing can be read, and for signs only where there are no words', () => {
  expect([searchQuery(''), searchQuery(' \u200b\u3164 ')]).toEqual([null, null])
  expect(searchQuery('& night')).toBe("'night':*")
  expect(searchQuery(String.raw`' \ `)).toBe(String.raw`'''':* & '\\':*`)
  expect(searchQuery('ac/dc live', { weights: 'AB' })).toBe("('acdc':*AB | 'ac':AB & 'dc':*AB) & 'live':*AB")
})

test('finds short words whole where their beginnings would be too many', () => {
  expect(searchQuery('jo ann al/b 夕', { minPrefixLength: 3 })).toBe("'jo' & 'ann':* & ('alb':* | 'al' & 'b') & '夕':*")
})

test('keeps the first and best place of a word, and fits into Postgres however long the text is', async () => {
  expect(searchVector({ B: 'night of a night', A: 'Night' })).toBe("'night':1A 'of':3B 'a':4B")
  const parts = ['x'.repeat(5_000), '夕'.repeat(300), 'word '.repeat(20_000), 'a/'.repeat(2_000)]
  const { rows } = await database.db.execute(sql`
    select length(${searchVector({ B: parts.join(' ') })}::tsvector) as count`)
  expect(rows).toEqual([{ count: 7 }])
  expect(await missed(parts.map((text) => ({ title: parts.join(' '), text })))).toEqual([])
})

test('calls names equal that people type for each other', () => {
  const zurich = ['Zürich', 'ZÜRICH', ' Zürich ', 'Zurich', 'Zu\u0308rich', 'zurich'].map(foldedName)
  expect(new Set(zurich)).toEqual(new Set(['zurich']))
  expect(foldedName('St.Pölten')).toBe(foldedName('ST  Polten'))
  expect(foldedName('東京')).not.toBe(foldedName('京東'))
  expect(foldedName('!!!  ?')).toBe('!!! ?')
})

const scripts: [from: number, to: number][] = [
  [0x20, 0x7e],
  [0xa0, 0x24f],
  [0x300, 0x36f],
  [0x370, 0x3ff],
  [0x400, 0x52f],
  [0x590, 0x6ff],
  [0x900, 0xdff],
  [0xe00, 0xeff],
  [0x1000, 0x109f],
  [0x1100, 0x11ff],
  [0x1780, 0x17ff],
  [0x1e00, 0x206f],
  [0x3000, 0x30ff],
  [0x4e00, 0x4eff],
  [0xac00, 0xacff],
  [0xfb00, 0xfb4f],
  [0xff00, 0xffef],
  [0x1f300, 0x1f3ff],
]
const characters = scripts.map(([min, max]) => fc.integer({ min, max }).map((code) => String.fromCodePoint(code)))
const word = fc
  .constantFrom(...characters)
  .chain((character) => {
    const mostly = fc.oneof({ arbitrary: character, weight: 50 }, ...characters)
    return fc.array(mostly, { minLength: 1, maxLength: 8 })
  })
  .map((letters) => letters.join(''))
const title = fc
  .array(word, { minLength: 1, maxLength: 6 })
  .map((words) => words.join(' '))
  .filter((text) => searchQuery(text) !== null)

/** What people take for letters: a mark belongs to the letter before it. */
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

test('finds every title by itself in any form, and by each of its words and their beginnings', async () => {
  // One seed: a mark of one script on a letter of another, which nobody types, can change places with other marks.
  const searches = fc.sample(title, { numRuns: 500, seed: 4 }).flatMap((title) => {
    const forms = ['NFC', 'NFD', 'NFKC', 'NFKD'].map((form) => title.normalize(form))
    const words = title.split(/\s+/)
    const beginnings = words.map((word) => {
      const letters = Array.from(graphemes.segment(word), ({ segment }) => segment)
      return letters.slice(0, Math.ceil(letters.length / 2)).join('')
    })
    const texts = [title, ...forms, title.toUpperCase(), title.toLowerCase(), ...words, ...beginnings]
    return texts.filter((text) => searchQuery(text) !== null).map((text) => ({ title, text }))
  })
  expect(await missed(searches)).toEqual([])
})
