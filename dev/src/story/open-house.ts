import { succeed } from '@tikitu/client'
import {
  CreateLayoutDocument,
  CreateVenueDocument,
  type CreateVenueInput,
  PublishLayoutDocument,
} from '@tikitu/client/operations'
import type { LayoutDocument } from '@tikitu/schema/layout'
import type { Person } from './person.ts'
import { unlessDone } from './unless-done.ts'

/** A venue to open, with the layout of its seats. */
export interface House {
  venue: CreateVenueInput
  layoutName: string
  layout: LayoutDocument
}

/** Opens a venue, imports its layout and publishes it. With an idempotency key: once. */
export async function openHouse(manager: Person, house: House): Promise<{ venueId: string; layoutId: string }> {
  const created = await manager.run(CreateVenueDocument, { input: house.venue })
  const venueId = succeed(created.createVenue, 'Venue').id
  const idempotencyKey = house.venue.idempotencyKey && `${house.venue.idempotencyKey}:layout`
  const imported = await manager.run(CreateLayoutDocument, {
    input: { venueId, name: house.layoutName, document: house.layout, idempotencyKey },
  })
  const layoutId = succeed(imported.createLayout, 'Layout').id
  const published = await unlessDone(manager.run(PublishLayoutDocument, { input: { layoutId } }))
  if (published) succeed(published.publishLayout, 'Layout')
  return { venueId, layoutId }
}
