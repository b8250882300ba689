import { InvalidInput } from '@tikitu/kit/base/errors'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import type { LayoutDocument, SeatedSection } from '@tikitu/schema/layout'
import { placesOf } from '@tikitu/schema/layout-places'
import { expect, test } from 'vitest'
import { company, ctxOf, house, migrations } from '../../../test/factories.ts'
import { LayoutInvalid } from '../../errors.ts'
import { importLayout } from './import-layout.ts'
import { documentOf, problemsOf } from './layout-rows.ts'
import { publishLayout } from './publish-layout.ts'

const database = useDatabase(migrations)

/** Seats in a row of a plan, 25 units apart, the first of them at `from`. */
function seats(numbers: string, { from = 0, category = 'Side' } = {}) {
  return numbers.split(' ').map((seat_number, index) => ({
    seat_number,
    seat_guid: `${category}-${from}-${seat_number}`,
    category,
    position: { x: from + index * 25, y: 0 },
  }))
}

function row(row_number: string, y: number, seats: object[]) {
  return { row_number, position: { x: 0, y }, row_number_position: 'both', seats }
}

/**
 * A plan as the pretix editor exports it: a category for each seat, rows in two blocks, boxes, areas in the old and the new
 * form.
 */
function plan() {
  const [left, centre, right] = [
    seats('1 2'),
    seats('3 4', { from: 50, category: 'Centre' }),
    seats('5 6', { from: 100 }),
  ]
  const stage = { shape: 'rectangle', position: { x: 0, y: -100 }, rotation: 0, rectangle: { width: 125, height: 50 } }
  const box = {
    name: 'Box 3',
    position: { x: 300, y: 50.4 },
    rows: [row('', 0, seats('1 2')), row('', 30, seats('3 4'))],
  }
  return {
    name: 'House',
    size: { width: 600, height: 400 },
    categories: [
      { name: 'Centre', color: 'tomato' },
      { name: 'Side', color: '#abc' },
    ],
    zones: [
      {
        name: 'Stalls',
        position: { x: 100, y: 100 },
        rows: [
          row('A', 0, [...left, ...centre, ...right]),
          row('B', 30.5, seats('11 12', { from: 150 })),
          row('B', 30.5, seats('9 10', { from: 50 })),
        ],
        areas: [
          { ...stage, text: { text: 'Bühne', position: { x: 0, y: 0 }, color: '#000' }, border_color: '#000' },
          { position: { x: 10, y: 300 }, width: 20, height: 10, text: 'Bar' },
          { shape: 'text', position: { x: 5, y: 200 }, text: { text: 'Exit' } },
          { shape: 'circle', position: { x: 0, y: 500 }, circle: { radius: 10 } },
        ],
      },
      box,
      { name: '', position: { x: 0, y: 0 }, rows: [], areas: [] },
    ],
  }
}

async function imported(document: unknown, options: object = {}): Promise<LayoutDocument> {
  const { partner, owner } = await company(database)
  const venue = await house(database, partner)
  const ctx = ctxOf(database, owner)
  const format = 'PRETIX_SEATING_PLAN' as const
  const layout = await importLayout(ctx, { venueId: venue.id, name: 'House', format, document, ...options })
  expect(await problemsOf(ctx, layout)).toEqual([])
  await publishLayout(ctx, { layoutId: layout.id })
  return await documentOf(ctx, layout.id)
}

function seated(document: LayoutDocument): SeatedSection[] {
  return document.sections as SeatedSection[]
}

test('imports a pretix plan that can be published: zones, rows, seats and their categories', async () => {
  const document = await imported(plan())
  expect(document.zones).toEqual([
    { name: 'Centre', color: '#ff6347' },
    { name: 'Side', color: '#aabbcc' },
  ])
  expect([...placesOf(document)].map(({ label, zone, position }) => `${label} ${zone} ${position}`)).toEqual([
    'Stalls, row A, seat 1 Side 0',
    'Stalls, row A, seat 2 Side 1',
    'Stalls, row A, seat 3 Centre 2',
    'Stalls, row A, seat 4 Centre 3',
    'Stalls, row A, seat 5 Side 4',
    'Stalls, row A, seat 6 Side 5',
    'Stalls, row B, seat 9 Side 0',
    'Stalls, row B, seat 10 Side 1',
    'Stalls, row B, seat 11 Side 3',
    'Stalls, row B, seat 12 Side 4',
    'Box 3, seat 1 Side 0',
    'Box 3, seat 2 Side 1',
    'Box 3, seat 3 Side 0',
    'Box 3, seat 4 Side 1',
  ])
})

test('scales it to centimetres, with the stage’s edge at y = 0 and its areas as shapes', async () => {
  const document = await imported(plan(), { seatSpacingCm: 50 })
  const [stalls, box] = seated(document)
  const xy = (row = stalls?.rows[0]) => row?.seats.map(({ x, y }) => [x, y])
  expect(xy()).toEqual([-225, -175, -125, -75, -25, 25].map((x) => [x, 100]))
  expect(xy(stalls?.rows[1])?.[0]).toEqual([-125, 161])
  expect(xy(box?.rows[0])?.[0]).toEqual([175, 1])
  const [stage, bar, exit, circle] = document.shapes ?? []
  expect(stage).toEqual({
    kind: 'STAGE',
    label: 'Bühne',
    closed: true,
    points: [
      { x: -225, y: -100 },
      { x: 25, y: -100 },
      { x: 25, y: 0 },
      { x: -225, y: 0 },
    ],
  })
  expect([bar?.label, bar?.points.length, exit]).toEqual([
    'Bar',
    4,
    { kind: 'TEXT', label: 'Exit', points: [{ x: -215, y: 500 }] },
  ])
  expect([circle?.kind, circle?.points.length, circle?.closed]).toEqual(['OTHER', 24, true])
})

test.each([
  [
    'BOTTOM',
    [
      [225, 0],
      [-25, 0],
    ],
  ],
  [
    'LEFT',
    [
      [0, 200],
      [0, 450],
    ],
  ],
  [
    'RIGHT',
    [
      [0, 450],
      [0, 200],
    ],
  ],
] as const)('turns a plan with the stage at the %s', async (stageSide, ends) => {
  const only = { name: '', position: { x: 0, y: 0 }, rows: [row('A', 0, seats('1 2 3 4 5 6'))] }
  const document = await imported({ ...plan(), zones: [only] }, { seatSpacingCm: 50, stageSide })
  const [section] = seated(document)
  expect(section?.label).toBe('Section 1')
  const points = section?.rows[0]?.seats.map(({ x, y }) => [x, y]) ?? []
  expect([points[0], points[5]]).toEqual(
    stageSide === 'BOTTOM'
      ? [
          [125, 200],
          [-125, 200],
        ]
      : ends,
  )
})

test('keeps zones with the same name separate', async () => {
  const zone = (x: number) => ({ name: 'Box', position: { x, y: 0 }, rows: [row('', 0, seats('1 2'))] })
  expect(seated(await imported({ ...plan(), zones: [zone(0), zone(100)] })).map(({ label }) => label)).toEqual([
    'Box',
    'Box 2',
  ])
})

test('names every problem by its path in the plan, and stores nothing', async () => {
  const refused = async (change: (it: ReturnType<typeof plan>) => unknown) => {
    const document = plan()
    change(document)
    const error = await imported(document).catch((error: unknown) => error)
    return error instanceof LayoutInvalid ? error.problems.map(({ path }) => path) : error
  }
  const seat = (it: ReturnType<typeof plan>) => it.zones[0]?.rows[1]?.seats[1] ?? {}
  const path = 'zones[0].rows[1].seats[1]'
  expect(await refused((it) => Object.assign(seat(it), { category: 'Gods' }))).toEqual([`${path}.category`])
  expect(await refused((it) => Object.assign(seat(it), { seat_number: '1\u200b' }))).toEqual([`${path}.seat_number`])
  expect(await refused((it) => Object.assign(seat(it), { position: { x: '1', y: 0 } }))).toEqual([`${path}.position.x`])
  expect(await refused((it) => it.zones.splice(0, 2))).toEqual(['zones'])
  expect(await refused((it) => Object.assign(it, { categories: [] }))).toEqual(['categories'])
  await expect(imported(null)).rejects.toThrow(LayoutInvalid)
  await expect(imported(plan(), { seatSpacingCm: 29 })).rejects.toThrow(InvalidInput)
})
