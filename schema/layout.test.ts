import { expect, test } from 'vitest'
import { capacityOf, type LayoutDocument, type LayoutSeat, layoutDocument } from './layout.ts'
import { placesOf, zonesWithPlaces } from './layout-places.ts'

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

test('sells a seat in the zone that it, its row or its section names, and leaves its row whole', () => {
  const seats = [seat('1', 0), seat('2', 50, { zone: 'Floor' }), seat('3', 100)]
  const rows = [
    { label: 'A', seats },
    { label: 'B', zone: 'Floor', seats: [seat('1', 0), seat('2', 50, { zone: 'Best' })] },
  ]
  const mixed: LayoutDocument = {
    ...house,
    sections: [{ kind: 'SEATED', label: 'Stalls', zone: 'Unsold', rows: rows.slice(1) }],
  }
  const whole: LayoutDocument = { ...house, sections: [{ kind: 'SEATED', label: 'Stalls', zone: 'Best', rows }] }
  expect([...placesOf(whole)].map(({ zone, row, position }) => [zone, row, position])).toEqual([
    ['Best', 0, 0],
    ['Floor', 0, 1],
    ['Best', 0, 2],
    ['Floor', 1, 0],
    ['Best', 1, 1],
  ])
  expect(zonesWithPlaces(mixed)).toEqual(new Set(['Floor', 'Best']))
})

test('names no row that has no name', () => {
  const rows = [{ label: '', seats: [seat('4', 0)] }]
  const box: LayoutDocument = { ...house, sections: [{ kind: 'SEATED', label: 'Box 3', zone: 'Best', rows }] }
  expect([...placesOf(layoutDocument.parse(box))][0]?.label).toBe('Box 3, seat 4')
})

test('rounds coordinates, and keeps shapes that are drawn around what is sold', () => {
  const points = [
    { x: -0.4, y: 60.5 },
    { x: 60.25, y: -0.6 },
  ]
  const read = (shape: object) => layoutDocument.safeParse({ ...house, shapes: [shape] })
  expect(read({ kind: 'WALL', points }).data?.shapes).toEqual([
    {
      kind: 'WALL',
      points: [
        { x: 0, y: 61 },
        { x: 60, y: -1 },
      ],
    },
  ])
  expect(read({ kind: 'STAGE', points, closed: true }).error?.issues).toMatchObject([{ path: ['shapes', 0, 'points'] }])
  expect(read({ kind: 'BALCONY', points }).error?.issues).toMatchObject([{ path: ['shapes', 0, 'kind'] }])
})
