import { readFileSync } from 'node:fs'
import { newId } from '@tikitu/kit/base/ids'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { type Events, events } from '@tikitu/schema/events/registry'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { deliverTo, migrations } from '../../../test/factories.ts'
import { performanceFigures } from '../../db/tables.ts'

const database = useDatabase(migrations)
const deliver = deliverTo(database)

interface Fact {
  name: keyof Events
  data: { performanceId?: string }
}

/** What booking told of a guest who came, went, came again by mistake, and of the moves that followed: its own test writes it. */
const sample = readFileSync(new URL('../../../../../schema/events/samples/moves.json', import.meta.url), 'utf8')

/** The story once more, of another performance and another guest. */
function story(names: readonly string[]): Fact[] {
  const known = new Map<string, string>()
  const text = sample.replaceAll(/\b([a-z]{3})_sample\d+\b/g, (id, kind) => {
    if (!known.has(id)) known.set(id, newId(kind))
    return known.get(id) ?? ''
  })
  return (JSON.parse(text) as Fact[]).filter(({ name }) => names.includes(name))
}

async function figuresAfter(facts: readonly Fact[]) {
  for (const { name, data } of facts) await deliver(name, events[name].payload.parse(data) as never)
  const performanceId = facts[0]?.data.performanceId ?? ''
  const [row] = await database.db
    .select()
    .from(performanceFigures)
    .where(eq(performanceFigures.performanceId, performanceId))
  return { admitted: row?.admitted, inside: row?.inside, entries: row?.entries, moveCount: row?.moveCount }
}

const orders = [
  ['in order', (facts: Fact[]) => facts],
  ['backwards', (facts: Fact[]) => facts.toReversed()],
] as const

test.each(orders)('one guest, who went out again: told %s', async (_name, order) => {
  const scans = order(story(['booking.admissionChanged']))
  expect(await figuresAfter(scans)).toEqual({ admitted: 1, inside: 0, entries: 1, moveCount: 0 })
})

test.each(orders)('and nobody once the performance was moved: told %s', async (_name, order) => {
  const all = order(story(['booking.admissionChanged', 'booking.performanceChanged']))
  expect(await figuresAfter(all)).toEqual({ admitted: 0, inside: 0, entries: 0, moveCount: 3 })
})
