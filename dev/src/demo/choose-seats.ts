import {
  AvailabilityDocument,
  EventsDocument,
  HoldBestAvailableDocument,
  PerformanceDocument,
  SeatMapDocument,
} from '@tikitu/client/operations'
import { freeNumbers } from '@tikitu/client/seat-map'
import { type DemoContext, formatMoney, verify } from './demo-context.ts'
import type { PartnerSetup } from './set-up-partner.ts'
import type { SignedInClient } from './signed-in-client.ts'
import { waitFor } from './wait-for.ts'

/** A hold of two seats. */
export interface HeldSeats {
  holdId: string
  numbers: number[]
}

/** Finds the event, reads the seat map, and holds two adjacent seats, for an adult and a child. */
export async function chooseSeats(demo: DemoContext, fan: SignedInClient, setup: PartnerSetup): Promise<HeldSeats> {
  const title = await search(fan, demo.unique)
  demo.reportStep('A fan searches', `and finds “${title}”`)
  const { performanceId } = setup
  const { performance } = await fan.run(SeatMapDocument, { performanceId })
  const free = await readFreeNumbers(fan, performanceId)
  verify(performance?.seatMap.capacity === 60 && free.size === 60, 'the map shows sixty free seats')
  demo.reportStep('The fan looks at the seat map', `${free.size} of ${performance.seatMap.capacity} seats are free`)
  const hold = await holdTwo(fan, performanceId)
  const [one = 0, other = 0] = hold.numbers
  verify(hold.numbers.length === 2 && Math.abs(one - other) === 1, 'the held seats are adjacent')
  const seats = hold.seats.map(({ seatLabel }) => seatLabel).join(' and ')
  demo.reportStep('The fan holds two seats together', `${seats}, ${formatMoney(hold.total)}`)
  return hold
}

/** The numbers of the free seats. */
export async function readFreeNumbers(person: SignedInClient, performanceId: string): Promise<Set<number>> {
  const { performance } = await person.run(AvailabilityDocument, { performanceId })
  return new Set(performance?.availability.sections.flatMap(freeNumbers))
}

async function search(fan: SignedInClient, text: string): Promise<string> {
  return await waitFor('the search finds the event', async () => {
    const { events } = await fan.run(EventsDocument, { filter: { text, city: 'Vienna' }, first: 5 })
    return events?.edges[0]?.node.title
  })
}

/** Holds the two best adjacent seats, for an adult and a child. */
export async function holdTwo(fan: SignedInClient, performanceId: string) {
  const { performance } = await fan.run(PerformanceDocument, { id: performanceId })
  const tiers = performance?.tiers.map(({ id }) => ({ tierId: id, count: 1 })) ?? []
  const hold = await fan.mutate(HoldBestAvailableDocument, { input: { performanceId, tiers, together: true } })
  return { ...hold, holdId: hold.id, numbers: hold.seats.map(({ seatNumber }) => seatNumber) }
}
