import type { LayoutDocument } from '@tikitu/schema/layout'
import { expect, test } from 'vitest'
import { plan } from '../../../test/factories.ts'
import { LayoutInvalid } from '../../errors.ts'
import { layoutProblems } from './layout-problems.ts'
import { readLayoutDocument } from './read-layout-document.ts'

type SeatedSection = Extract<LayoutDocument['sections'][number], { kind: 'SEATED' }>
type Corner = [x: number, y: number]

function stallsOf(document: LayoutDocument): SeatedSection {
  return document.sections[0] as SeatedSection
}

/** The plan of the factories, after `change`. */
function changed(change: (stalls: SeatedSection, document: LayoutDocument) => void): LayoutDocument {
  const document = plan()
  change(stallsOf(document), document)
  return document
}

function floor(label: string, corners: Corner[]): LayoutDocument['sections'][number] {
  const outline = corners.map(([x, y]) => ({ x, y }))
  return { kind: 'GENERAL_ADMISSION', label, zone: 'Stalls', capacity: 10, outline }
}

/** A layout of nothing but floors with these outlines. */
function floors(...outlines: Corner[][]): LayoutDocument {
  return { ...plan(), sections: outlines.map((corners, index) => floor(`Floor ${index}`, corners)) }
}

function paths(document: LayoutDocument, venueCapacity = 1_000): string[] {
  return layoutProblems(document, venueCapacity).map((problem) => problem.path)
}

test('finds no problem in a valid layout', () => {
  expect(layoutProblems(plan(30, 40), 1_200)).toEqual([])
})

test('requires unique labels of zones, sections, rows and seats, however they are written', () => {
  const zones = changed((_stalls, document) => document.zones.push({ name: 'STALLS', color: '#000000' }))
  expect(paths(zones)).toEqual(['zones[1].name'])
  const sections = changed((stalls, document) => {
    const rows = stalls.rows.map((row) => ({
      ...row,
      seats: row.seats.map((seat) => ({ ...seat, y: seat.y + 5_000 })),
    }))
    document.sections.push({ ...stalls, label: 'stalls', rows })
  })
  expect(paths(sections)).toEqual(['sections[1].label'])
  expect(paths(changed((stalls) => Object.assign(stalls.rows[1] ?? {}, { label: 'r1' })))).toEqual([
    'sections[0].rows[1].label',
  ])
  expect(paths(changed((stalls) => Object.assign(stalls.rows[0]?.seats[3] ?? {}, { label: '1' })))).toEqual([
    'sections[0].rows[0].seats[3].label',
  ])
})

test('requires every section in a known zone', () => {
  expect(paths(changed((stalls) => Object.assign(stalls, { zone: 'Balcony' })))).toEqual(['sections[0].zone'])
})

test('requires known zones of rows and seats as well', () => {
  const mixed = (zone: string) =>
    changed((stalls, document) => {
      document.zones.push({ name: 'Centre', color: '#000000' })
      Object.assign(stalls.rows[0] ?? {}, { zone })
      Object.assign(stalls.rows[1]?.seats[2] ?? {}, { zone })
    })
  expect(paths(mixed('Centre'))).toEqual([])
  expect(paths(mixed('Center'))).toEqual(['sections[0].rows[0].zone', 'sections[0].rows[1].seats[2].zone'])
})

test('allows unnamed rows as long as their seats can be told apart', () => {
  const nameless = changed((stalls) => {
    for (const row of stalls.rows) row.label = ''
    for (const seat of stalls.rows[1]?.seats ?? []) seat.label = `${seat.label}b`
  })
  expect(layoutProblems(readLayoutDocument(nameless), 1_000)).toEqual([])
  Object.assign(stallsOf(nameless).rows[1]?.seats[3] ?? {}, { label: '2' })
  expect(paths(nameless)).toEqual(['sections[0].rows[1].seats[3].label'])
})

test('requires a distance between seats in a row, between rows, and between sections', () => {
  const near = (x: number, y: number) =>
    paths(changed((stalls) => Object.assign(stalls.rows[1]?.seats[0] ?? {}, { x, y })))
  expect(near(29, 300)).toEqual(['sections[0].rows[1].seats[0]'])
  expect(near(-30, 300)).toEqual([])
  expect(near(-20, 280)).toEqual(['sections[0].rows[1].seats[0]'])
  const twice = changed((stalls, document) => document.sections.push({ ...stalls, label: 'Copy' }))
  expect(paths(twice)).toHaveLength(8)
})

test('requires a companion seat directly beside an accessible one', () => {
  const row = (...marks: object[]) =>
    paths(
      changed((stalls) => {
        for (const [index, mark] of marks.entries()) Object.assign(stalls.rows[0]?.seats[index] ?? {}, mark)
      }),
    )
  const problem = (index: number) => `sections[0].rows[0].seats[${index}].companion`
  expect(row({ accessible: true }, { companion: true })).toEqual([])
  expect(row({ companion: true }, { accessible: true }, { companion: true })).toEqual([])
  expect(row({ companion: true })).toEqual([problem(0)])
  expect(row({ accessible: true }, {}, { companion: true })).toEqual([problem(2)])
  expect(row({ accessible: true }, { companion: true, gapBefore: true })).toEqual([problem(1)])
  expect(row({ companion: true }, { accessible: true, gapBefore: true })).toEqual([problem(0)])
  expect(row({ companion: true, accessible: true }, { accessible: true })).toEqual([problem(0)])
})

test('requires outlines that enclose an area without crossing themselves', () => {
  const outline = (...corners: Corner[]) => paths(floors(corners))
  expect(outline([0, 0], [10, 0], [10, 10], [0, 10])).toEqual([])
  expect(outline([0, 0], [0, 10], [10, 10], [10, 0])).toEqual([])
  expect(outline([0, 0], [10, 10], [10, 0], [0, 10])).toEqual(['sections[0].outline'])
  expect(outline([0, 0], [5, 0], [10, 0])).toEqual(['sections[0].outline'])
  expect(outline([0, 0], [10, 0], [10, 10], [10, 0], [5, 5])).toEqual(['sections[0].outline'])
  expect(outline([0, 0], [10, 0], [10, 10], [5, 0], [0, 10])).toEqual(['sections[0].outline'])
})

test('requires areas not to overlap, though they may share a wall', () => {
  const square: Corner[] = [
    [0, 0],
    [10, 0],
    [10, 10],
    [0, 10],
  ]
  const moved = (dx: number, dy: number, scale = 1) => square.map(([x, y]): Corner => [x * scale + dx, y * scale + dy])
  const overlap = ['sections[1].outline']
  expect(paths(floors(square, moved(10, 0)))).toEqual([])
  expect(paths(floors(square, moved(10, 10)))).toEqual([])
  expect(paths(floors(square, moved(9, 9)))).toEqual(overlap)
  expect(paths(floors(square, moved(0, 0)))).toEqual(overlap)
  expect(paths(floors(square, moved(0, 5)))).toEqual(overlap)
  expect(paths(floors(square, moved(-10, -10, 3)))).toEqual(overlap)
  const frame: Corner[] = [
    [-5, -5],
    [15, -5],
    [15, 15],
    [10, 15],
    [10, 0],
    [0, 0],
    [0, 15],
    [-5, 15],
  ]
  expect(paths(floors(frame, square))).toEqual([])
})

test('requires no seat inside an area', () => {
  const wide: Corner[] = [
    [-100, 200],
    [60, 200],
    [60, 320],
    [-100, 320],
  ]
  const document = changed((_stalls, document) => document.sections.push(floor('Floor', wide)))
  expect(paths(document)).toEqual(['sections[0].rows[0].seats[0]', 'sections[0].rows[0].seats[1]'])
})

test("allows no more places than the venue's capacity", () => {
  expect(paths(plan(), 8)).toEqual([])
  expect(paths(plan(), 7)).toEqual(['sections'])
})

test('stops after a thousand problems, quickly', () => {
  const document = plan(100, 450)
  for (const row of stallsOf(document).rows) for (const seat of row.seats) Object.assign(seat, { x: 0, y: 0 })
  const start = performance.now()
  expect(layoutProblems(document, 100_000)).toHaveLength(1_000)
  expect(layoutProblems(plan(100, 450), 100_000)).toEqual([])
  expect(performance.now() - start).toBeLessThan(3_000)
})

test('reads a valid document, and names the path of everything invalid', () => {
  expect(readLayoutDocument(plan())).toEqual(plan())
  const refusal = (document: unknown) => {
    try {
      readLayoutDocument(document)
    } catch (error) {
      if (error instanceof LayoutInvalid) return error.problems.map((problem) => problem.path)
    }
    return null
  }
  expect(refusal(null)).toEqual([''])
  expect(refusal({ ...plan(), format: 'seats.io' })).toEqual(['format'])
  expect(refusal({ ...plan(), sections: [] })).toEqual(['sections'])
  const misspelt = changed((stalls) => Object.assign(stalls.rows[1]?.seats[2] ?? {}, { acessible: true }))
  expect(refusal(misspelt)).toEqual(['sections[0].rows[1].seats[2].acessible'])
  const astray = changed((stalls) => Object.assign(stalls.rows[1]?.seats[2] ?? {}, { x: 'left' }))
  expect(refusal(astray)).toEqual(['sections[0].rows[1].seats[2].x'])
  expect(refusal({ ...plan(), sections: [floor('A', []), { kind: 'BOX' }] })).toEqual([
    'sections[0].outline',
    'sections[1].kind',
  ])
  const huge = { kind: 'GENERAL_ADMISSION', zone: 'Stalls', capacity: 100_000 }
  const sections = ['A', 'B', 'C'].map((label) => ({ ...huge, label }))
  expect(refusal({ ...plan(), sections })).toEqual(['sections'])
})

test('reads shapes, rounds fractions, and reports excessive or unknown parts', () => {
  const shape = { kind: 'STAGE', label: 'Stage', points: [{ x: 0.25, y: -60.5 }], closed: false }
  expect(readLayoutDocument({ ...plan(), shapes: [shape] }).shapes).toEqual([{ ...shape, points: [{ x: 0, y: -60 }] }])
  const refused = (shapes: unknown) => {
    try {
      return readLayoutDocument({ ...plan(), shapes }) && []
    } catch (error) {
      return error instanceof LayoutInvalid ? error.problems.map(({ path }) => path) : error
    }
  }
  const points = Array.from({ length: 200 }, () => ({ x: 0, y: 0 }))
  expect(refused([{ ...shape, label: 'St\u200bage' }])).toEqual(['shapes[0].label'])
  expect(refused([{ ...shape, colour: 'red' }])).toEqual(['shapes[0].colour'])
  expect(refused(Array.from({ length: 51 }, () => ({ kind: 'WALL', points })))).toEqual(['shapes'])
})

test('treats labels that look alike as duplicates, and refuses invisible characters', () => {
  const labelled = (label: string) => changed((stalls) => Object.assign(stalls.rows[0]?.seats[3] ?? {}, { label }))
  for (const label of ['1\u200b', '\uff11', '1\ufe0f']) {
    expect(paths(labelled(label))).toEqual(['sections[0].rows[0].seats[3].label'])
  }
  const refused = (document: LayoutDocument) => {
    try {
      return readLayoutDocument(document) && []
    } catch (error) {
      return error instanceof LayoutInvalid ? error.problems : error
    }
  }
  const message = 'must be a single line of text without invisible or direction characters'
  expect(refused(labelled('1\u200b'))).toEqual([{ path: 'sections[0].rows[0].seats[3].label', message }])
  const everywhere = changed((stalls, document) => {
    Object.assign(document.zones[0] ?? {}, { name: 'Sta\u202ells' })
    Object.assign(stalls, { label: 'Sta\u00adlls', zone: 'Sta\u202ells' })
    Object.assign(stalls.rows[1] ?? {}, { label: '\u3164' })
    document.sections.push(floor('Flo\u2060or', []))
    Object.assign(document.sections[1] ?? {}, { outline: undefined })
  })
  const found = refused(everywhere) as { path: string }[]
  const where = ['zones[0].name', 'sections[0].label', 'sections[0].rows[1].label', 'sections[1].label']
  expect(found.map(({ path }) => path)).toEqual(where)
  expect(refused(labelled('\u0646\u06cc\u200c\u0644'))).toEqual([])
})
