import { expect, test } from 'vitest'
import { capacityOf, type LayoutDocument, type LayoutSeat, layoutDocument, placesOf } from './layout.ts'

function seat(label: string, x: number, marks: Partial<LayoutSeat> = {}): LayoutSeat {
  return { label, x, y: 100, ...marks }
}

const house: LayoutDocument = {
  format: 'tikitu.layout.v1',
  zones: [
    { name: 'Best', color: '#aa0000' },
    { name: 'Floor', color: '#00aa00' },
  ],
  sections: [
    {
      kind: 'SEATED',
      label: 'Stalls',
      zone: 'Best',
      rows: [
        { label: 'A', seats: [seat('1', 0, { gapBefore: true }), seat('2', 50), seat('3', 250, { gapBefore: true })] },
        {
          label: 'C',
          seats: [seat('11', 0, { accessible: true, restrictedView: true }), seat('12', 90, { companion: true })],
        },
      ],
    },
    { kind: 'GENERAL_ADMISSION', label: 'Standing', zone: 'Floor', capacity: 3 },
    {
      kind: 'SEATED',
      label: 'Balcony',
      zone: 'Best',
      rows: [{ label: 'A', seats: [seat('1', 0, { restrictedView: true })] }],
    },
  ],
}

test('numbers every place through the house from 0, without a gap', () => {
  const places = [...placesOf(house)]
  expect(places.map((place) => place.number)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  expect(places.map((place) => place.section)).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 2])
  expect(places).toHaveLength(capacityOf(house))
})

test('lets neighbours differ by one, and seats on both sides of an aisle by two', () => {
  const rows = [...placesOf(house)].map((place) => [place.row, place.position])
  expect(rows).toEqual([
    [0, 0],
    [0, 1],
    [0, 3],
    [1, 0],
    [1, 1],
    [null, null],
    [null, null],
    [null, null],
    [0, 0],
  ])
})

test('says where to sit as a ticket says it, and in which zone', () => {
  const places = [...placesOf(house)]
  expect(places[4]).toMatchObject({ label: 'Stalls, row C, seat 12', zone: 'Best' })
  expect(places[5]).toMatchObject({ label: 'Standing', zone: 'Floor' })
})

test('says what is special about a place: who may have it before how well one sees', () => {
  expect([...placesOf(house)].map((place) => place.kind)).toEqual([
    'SEAT',
    'SEAT',
    'SEAT',
    'ACCESSIBLE',
    'COMPANION',
    'STANDING',
    'STANDING',
    'STANDING',
    'RESTRICTED_VIEW',
  ])
})

test('names the exact path of what is wrong in a document', () => {
  const [stalls, ...others] = house.sections
  const rows = [{ label: 'A', seats: [{ label: '1', x: 'left', y: 0 }] }]
  const result = layoutDocument.safeParse({ ...house, sections: [{ ...stalls, rows }, ...others] })
  expect(result.error?.issues.map((issue) => issue.path)).toEqual([['sections', 0, 'rows', 0, 'seats', 0, 'x']])
})
