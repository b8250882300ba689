import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import PDFDocument from 'pdfkit'
import { expect, test } from 'vitest'
import { clustersOf } from './clusters.ts'
import { inVisualOrder, runsOf } from './runs.ts'
import { createTypesetter } from './typesetter.ts'
import { withBreaks, wrap } from './wrap.ts'

async function seen(text: string): Promise<string[]> {
  return inVisualOrder(runsOf(await clustersOf(text, 400))).map((run) => (run.face ? run.text : '?'))
}

test('runs stand as they are seen: right to left, with numbers and other words left to right', async () => {
  expect(await seen('abc שרה 12 כהן def')).toEqual(['abc ', 'כהן', ' ', '12', 'שרה ', ' ', 'def'])
})

test('signs that nobody sees are left out, and what no font has is a question mark', async () => {
  expect(await seen('a\u0007b\u202e\u00adc\ufeff')).toEqual(['a bc'])
  expect(await seen('\u{13000}')).toEqual(['?'])
  expect((await seen('Zoë 🎸 👩🏽‍🚀'))[0]).toBe('Zoë ')
  expect(await seen('🎸 東 東')).toEqual(['🎸', ' ', '東 東'])
  expect(await seen('👩🏽‍🚀')).not.toContain('?')
})

test('ideographs are drawn as the language of the text draws them', async () => {
  const familyOf = async (text: string) => (await clustersOf(text, 400))[0]?.face?.id.split('/')[0]
  expect(await familyOf('直')).toBe('noto-sans-sc')
  expect(await familyOf('直した')).toBe('noto-sans-jp')
  expect(await familyOf('直선')).toBe('noto-sans-kr')
})

test('lines end between words, Thai ones too, and within a word only when it is too long', async () => {
  const measure = (clusters: readonly unknown[]) => clusters.length
  const lines = async (text: string, width: number) => {
    const wrapped = wrap(withBreaks(await clustersOf(text, 400)), width, measure)
    return { ...wrapped, lines: wrapped.lines.map((line) => line.map((cluster) => cluster.text).join('')) }
  }
  expect(await lines('one two three', 8)).toEqual({ lines: ['one two', 'three'], cutsWords: false })
  expect(await lines('abcdefgh', 3)).toEqual({ lines: ['abc', 'def', 'gh'], cutsWords: true })
  expect((await lines('ประเทศไทยสวยงาม', 9)).cutsWords).toBe(false)
})

test('whatever the text and its place, it stays inside', async () => {
  const texts = fc.sample(fc.string({ unit: 'grapheme', maxLength: 80 }), { numRuns: 12, seed: 7 })
  const pdf = new PDFDocument()
  const done = buffer(pdf)
  const type = await createTypesetter(
    pdf,
    texts.map((text) => ({ text, weight: 400 })),
  )
  for (const text of texts) {
    for (const [width, maxLines, maxHeight] of [
      [60, 1, 100],
      [200, 3, 40],
      [90, 2, 15],
    ] as const) {
      const block = type.fit(text, { weight: 400, size: 20, minSize: 6, width, maxLines, maxHeight, color: '#000' })
      expect(block.lines.length).toBeLessThanOrEqual(maxLines)
      expect(block.height).toBeLessThanOrEqual(maxHeight)
    }
  }
  pdf.end()
  await done
})
