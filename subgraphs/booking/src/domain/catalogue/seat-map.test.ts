import { useDatabase } from '@tikitu/kit/testing/database/database'
import { statementsOf } from '@tikitu/kit/testing/database/statements'
import { expect, test } from 'vitest'
import { ctxOf, migrations } from '../../../test/factories.ts'
import { organizer, smallHouse } from '../../../test/factories-catalogue.ts'
import { geometryOf } from './seat-geometry.ts'
import { seatGeometryOf } from './seat-map.ts'

const database = useDatabase(migrations)

test('says where every seat is, and from which number on each section counts', () => {
  const geometry = geometryOf(smallHouse)
  expect(geometry.zones).toEqual(smallHouse.zones)
  expect(geometry.sections).toMatchObject([
    { label: 'Stalls', zone: 'Stalls', kind: 'SEATED', first: 0, count: 15 },
    { label: 'Floor', zone: 'Floor', kind: 'GENERAL_ADMISSION', first: 15, count: 50 },
  ])
  expect(geometry.sections[0]?.rows?.[2]).toEqual({
    label: 'C',
    seats: ['1', '2', '3'],
    xy: [0, 200, 60, 200, 120, 200],
    marks: { 0: 'ACCESSIBLE', 1: 'COMPANION', 2: 'RESTRICTED_VIEW' },
  })
  expect(geometry.sections[0]?.rows?.[0]).not.toHaveProperty('marks')
})

test('draws the outline of a floor', () => {
  const outline = [
    { x: 0, y: 0 },
    { x: 10, y: 0 },
    { x: 10, y: 20 },
  ]
  const floor = { kind: 'GENERAL_ADMISSION' as const, label: 'Floor', zone: 'Floor', capacity: 5, outline }
  expect(geometryOf({ ...smallHouse, sections: [floor] }).sections[0]?.outline).toEqual([0, 0, 10, 0, 10, 20])
})

test('says which seats are in another zone than their row, and which rows in another than their section', () => {
  const seats = [0, 60, 120].map((x, index) => ({ label: String(index + 1), x, y: 0 }))
  const row = {
    label: '',
    zone: 'Floor',
    seats: seats.map((seat, index) => (index === 1 ? { ...seat, zone: 'Stalls' } : seat)),
  }
  const plain = { label: 'B', seats: seats.map((seat) => ({ ...seat, y: 100 })) }
  const section = { kind: 'SEATED' as const, label: 'Box 1', zone: 'Stalls', rows: [row, plain] }
  expect(geometryOf({ ...smallHouse, sections: [section] }).sections[0]?.rows).toEqual([
    { label: '', seats: ['1', '2', '3'], xy: [0, 0, 60, 0, 120, 0], zone: 'Floor', zones: { 1: 'Stalls' } },
    { label: 'B', seats: ['1', '2', '3'], xy: [0, 100, 60, 100, 120, 100] },
  ])
})

test('draws the stage and the walls, inside the bounds of the plan', () => {
  const stage = {
    kind: 'STAGE' as const,
    label: 'Stage',
    closed: true,
    points: [
      [-300, -400],
      [500, -400],
      [100, -50],
    ].map(([x = 0, y = 0]) => ({ x, y })),
  }
  const wall = {
    kind: 'WALL' as const,
    points: [
      { x: 0, y: 700 },
      { x: 10, y: 700 },
    ],
  }
  const { shapes, bounds } = geometryOf({ ...smallHouse, shapes: [stage, wall] })
  expect(shapes).toEqual([
    { kind: 'STAGE', label: 'Stage', xy: [-300, -400, 500, -400, 100, -50], isClosed: true },
    { kind: 'WALL', label: null, xy: [0, 700, 10, 700], isClosed: false },
  ])
  expect(bounds).toEqual({ minX: -300, minY: -400, maxX: 500, maxY: 700 })
  expect(geometryOf(smallHouse)).toMatchObject({ shapes: [], bounds: { minX: 0, minY: 0, maxX: 300, maxY: 200 } })
})

test('is the plan of the layout that was published', async () => {
  const { layoutId } = await organizer(database)
  expect(await seatGeometryOf(ctxOf(database), layoutId)).toEqual(geometryOf(smallHouse))
})

test('is read out of its document once, however many look at it', async () => {
  const [one, other] = [await organizer(database), await organizer(database)]
  const look = (layoutId: string) => seatGeometryOf(ctxOf(database), layoutId)
  expect(await statementsOf(database.pool, () => look(one.layoutId))).toHaveLength(1)
  expect(await statementsOf(database.pool, () => look(one.layoutId))).toEqual([])
  expect(await statementsOf(database.pool, () => look(other.layoutId))).toHaveLength(1)
  expect(await look(one.layoutId)).toEqual(geometryOf(smallHouse))
})
