import { useDatabase } from '@tikitu/kit/testing/database'
import { statementsOf } from '@tikitu/kit/testing/statements'
import { expect, test } from 'vitest'
import { ctxOf, migrations } from '../../test/factories.ts'
import { organizer, smallHouse } from '../../test/factories-catalogue.ts'
import { geometryOf, seatGeometryOf } from './seat-map.ts'

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
