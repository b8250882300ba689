import { succeed } from '@tikitu/client'
import {
  AvailabilityDocument,
  EventsDocument,
  HoldBestAvailableDocument,
  PerformanceDocument,
  SeatMapDocument,
} from '@tikitu/client/operations'
import { freeNumbers } from '@tikitu/client/seat-map'
import { eventually } from './eventually.ts'
import type { Business } from './open-for-business.ts'
import type { Person } from './person.ts'
import { expectThat, readable, type World } from './world.ts'

/** Two places that are kept for a while. */
export interface Held {
  holdId: string
  numbers: number[]
}

/** The fan finds the event, looks at the seat map, and holds two seats together: one for a grown-up, one for a child. */
export async function chooseSeats(world: World, fan: Person, business: Business): Promise<Held> {
  const title = await search(fan, world.unique)
  world.tell('A fan searches', `and finds “${title}”`)
  const { performanceId } = business
  const { performance } = await fan.run(SeatMapDocument, { performanceId })
  const free = await readFreeNumbers(fan, performanceId)
  expectThat(performance?.seatMap.capacity === 60 && free.size === 60, 'all sixty seats are on the map, and free')
  world.tell('The fan looks at the seat map', `${free.size} of ${performance.seatMap.capacity} seats are free`)
  const hold = await holdTwo(fan, performanceId)
  const [one = 0, other = 0] = hold.numbers
  expectThat(hold.numbers.length === 2 && Math.abs(one - other) === 1, 'two seats side by side are held')
  const places = hold.places.map(({ label }) => label).join(' and ')
  world.tell('The fan holds two seats together', `${places}, ${readable(hold.total)}`)
  return hold
}

/** The numbers of the places that are free now. */
export async function readFreeNumbers(person: Person, performanceId: string): Promise<Set<number>> {
  const { performance } = await person.run(AvailabilityDocument, { performanceId })
  return new Set(performance?.availability.sections.flatMap(freeNumbers))
}

async function search(fan: Person, text: string): Promise<string> {
  return await eventually('the event is found by its words', async () => {
    const { events } = await fan.run(EventsDocument, { filter: { text, city: 'Vienna' }, first: 5 })
    return events?.edges[0]?.node.title
  })
}

/** Holds the two best seats that are together: one for a grown-up, one for a child. */
export async function holdTwo(fan: Person, performanceId: string) {
  const { performance } = await fan.run(PerformanceDocument, { id: performanceId })
  const tiers = performance?.tiers.map(({ id }) => ({ tierId: id, count: 1 })) ?? []
  const answer = await fan.run(HoldBestAvailableDocument, { input: { performanceId, tiers, together: true } })
  const hold = succeed(answer.holdBestAvailable, 'Hold')
  return { ...hold, holdId: hold.id, numbers: hold.places.map(({ number }) => number) }
}
