import { expect, test } from 'vitest'
import { TikituError } from './errors.ts'
import { applyAvailability, freeNumbers, isFree, readGeometry, type SeatGeometry, seatsOf } from './seat-map.ts'

const geometry: SeatGeometry = {
  format: 'tikitu.geometry.v1',
  bounds: { minX: 0, minY: 0, maxX: 100, maxY: 200 },
  zones: [
    { name: 'A', color: '#aa2211' },
    { name: 'B', color: '#2211aa' },
  ],
  sections: [
    { label: 'Floor', zone: 'B', kind: 'GENERAL_ADMISSION', first: 0, count: 40, outline: [0, 0, 10, 0, 10, 10] },
    {
      label: 'Stalls',
      zone: 'A',
      kind: 'SEATED',
      first: 40,
      count: 4,
      rows: [
        { label: 'C', seats: ['1', '2'], xy: [0, 100, 50, 101], zones: { 1: 'B' }, marks: { 0: 'ACCESSIBLE' } },
        { label: '', seats: ['1', '2'], xy: [0, 200, 50, 201], zone: 'B', zones: { 0: 'A' } },
      ],
    },
  ],
  shapes: [{ kind: 'STAGE', label: null, xy: [0, -10], isClosed: false }],
}

test('gives each seat its number, place, zone and mark', () => {
  const seats = seatsOf(readGeometry(JSON.parse(JSON.stringify(geometry))))
  expect(seats).toEqual([
    { number: 40, label: '1', row: 'C', section: 'Stalls', zone: 'A', mark: 'ACCESSIBLE', x: 0, y: 100 },
    { number: 41, label: '2', row: 'C', section: 'Stalls', zone: 'B', mark: null, x: 50, y: 101 },
    { number: 42, label: '1', row: '', section: 'Stalls', zone: 'A', mark: null, x: 0, y: 200 },
    { number: 43, label: '2', row: '', section: 'Stalls', zone: 'B', mark: null, x: 50, y: 201 },
  ])
})

test.each([null, 'text', {}, { format: 'tikitu.geometry.v2' }])(
  'does not guess at another form of plan: %j',
  (other) => {
    expect(() => readGeometry(other)).toThrow(TikituError)
    expect(() => readGeometry(other)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }))
  },
)

/** As the platform writes them: the highest bit of each byte first. */
function sectionOf(first: number, bits: string) {
  const bytes = bits.match(/.{1,8}/g)?.map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)) ?? []
  const bitmap = Buffer.from(bytes).toString('base64')
  return { section: 1, first, capacity: bits.length, free: [...bits].filter((bit) => bit === '1').length, bitmap }
}

test('reads which places are free, whatever the characters of the bitmap', () => {
  const random = Array.from({ length: 4_001 }, () => (Math.random() < 0.5 ? '0' : '1')).join('')
  const bits = `${'1'.repeat(24)}${'10'.repeat(30)}${'0'.repeat(24)}${'111110'.repeat(9)}${random}`
  const section = sectionOf(40, bits)
  const expected = [...bits].flatMap((bit, index) => (bit === '1' ? [40 + index] : []))
  expect(freeNumbers(section)).toEqual(expected)
})

test('a place of another section is not free in this one', () => {
  const section = sectionOf(40, '11111')
  expect([39, 40, 44, 45, 47].map((number) => isFree(section, number))).toEqual([false, true, true, false, false])
})

test('takes up only what changed', () => {
  const [a, b, later] = [sectionOf(0, '11'), sectionOf(2, '11'), sectionOf(2, '01')]
  const all = { version: 'v1', isDelta: false, sections: [{ ...a, section: 0 }, b] }
  const known = applyAvailability(null, all)
  const next = applyAvailability(known, { version: 'v2', isDelta: true, sections: [later] })
  expect(next).toEqual({ version: 'v2', isDelta: false, sections: [{ ...a, section: 0 }, later] })
  expect(applyAvailability(next, { ...all, version: 'v3' })).toEqual({ ...all, version: 'v3' })
})
