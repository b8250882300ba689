import { TikituError } from '@tikitu/client'
import {
  CreateEventDocument,
  type CreateEventInput,
  CreatePerformanceDocument,
  type CreatePerformanceInput,
  PublishEventDocument,
} from '@tikitu/client/operations'
import type { SignedInClient } from './signed-in-client.ts'
import { skipIfDone } from './skip-if-done.ts'
import { waitFor } from './wait-for.ts'

/** An event to create, with its performances. */
export interface NewEvent {
  event: CreateEventInput
  performances: Omit<CreatePerformanceInput, 'eventId'>[]
}

/** Creates an event with its performances and publishes it. Repeatable with idempotency keys. */
export async function putOnSale(
  manager: SignedInClient,
  newEvent: NewEvent,
): Promise<{ eventId: string; performanceIds: string[] }> {
  const { id: eventId } = await whenKnown('the partner', () =>
    manager.mutate(CreateEventDocument, { input: newEvent.event }),
  )
  const performanceIds: string[] = []
  for (const performance of newEvent.performances) {
    const input = { ...performance, eventId }
    const { id } = await whenKnown('the layout', () => manager.mutate(CreatePerformanceDocument, { input }))
    performanceIds.push(id)
  }
  await whenKnown('that the partner can sell', async () => {
    await skipIfDone(manager.mutate(PublishEventDocument, { input: { eventId } }))
    return true
  })
  return { eventId, performanceIds }
}

/** Retries until the booking service has received the events of the partner service. */
async function whenKnown<T>(what: string, act: () => Promise<T>): Promise<T> {
  return await waitFor(`the booking service knows ${what}`, async () => {
    try {
      return await act()
    } catch (error) {
      if (isNotYetKnown(error)) return null
      throw error
    }
  })
}

function isNotYetKnown(error: unknown): boolean {
  return error instanceof TikituError && ['NOT_FOUND', 'FORBIDDEN', 'PARTNER_MAY_NOT_SELL'].includes(error.code)
}
