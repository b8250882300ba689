import { Refused, succeed, TikituError } from '@tikitu/client'
import {
  CreateEventDocument,
  type CreateEventInput,
  CreatePerformanceDocument,
  type CreatePerformanceInput,
  PublishEventDocument,
} from '@tikitu/client/operations'
import { eventually } from './eventually.ts'
import type { Person } from './person.ts'
import { unlessDone } from './unless-done.ts'

/** An event to put on sale, with its performances. */
export interface Show {
  event: CreateEventInput
  performances: Omit<CreatePerformanceInput, 'eventId'>[]
}

/** Drafts an event, plans its performances and publishes it. With idempotency keys: once. */
export async function putOnSale(manager: Person, show: Show): Promise<{ eventId: string; performanceIds: string[] }> {
  const drafted = await onceKnown('the partner', () => manager.run(CreateEventDocument, { input: show.event }))
  const eventId = succeed(drafted.createEvent, 'Event').id
  const performanceIds: string[] = []
  for (const performance of show.performances) {
    const input = { ...performance, eventId }
    const planned = await onceKnown('the layout', () => manager.run(CreatePerformanceDocument, { input }))
    performanceIds.push(succeed(planned.createPerformance, 'Performance').id)
  }
  await onceKnown('that the partner may sell', async () => {
    const published = await unlessDone(manager.run(PublishEventDocument, { input: { eventId } }))
    return published ? succeed(published.publishEvent, 'Event') : true
  })
  return { eventId, performanceIds }
}

/** What the partner's service has just made or decided is known to the box office a moment later. */
async function onceKnown<T>(what: string, act: () => Promise<T>): Promise<T> {
  return await eventually(`the box office knows ${what}`, async () => {
    try {
      return await act()
    } catch (error) {
      if (isUnknownYet(error)) return null
      throw error
    }
  })
}

function isUnknownYet(error: unknown): boolean {
  if (error instanceof Refused) return error.code === 'PARTNER_MAY_NOT_SELL'
  return error instanceof TikituError && ['NOT_FOUND', 'FORBIDDEN'].includes(error.code)
}
