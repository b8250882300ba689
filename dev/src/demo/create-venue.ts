import {
  CreateLayoutDocument,
  CreateVenueDocument,
  type CreateVenueInput,
  PublishLayoutDocument,
} from '@tikitu/client/operations'
import type { LayoutDocument } from '@tikitu/schema/layout'
import type { SignedInClient } from './signed-in-client.ts'
import { skipIfDone } from './skip-if-done.ts'

/** A venue to create, with its seat layout. */
export interface NewVenue {
  venue: CreateVenueInput
  layoutName: string
  layout: LayoutDocument
}

/** Creates a venue, imports its layout and publishes it. Repeatable with an idempotency key. */
export async function createVenue(
  manager: SignedInClient,
  newVenue: NewVenue,
): Promise<{ venueId: string; layoutId: string }> {
  const { id: venueId } = await manager.mutate(CreateVenueDocument, { input: newVenue.venue })
  const idempotencyKey = newVenue.venue.idempotencyKey && `${newVenue.venue.idempotencyKey}:layout`
  const { id: layoutId } = await manager.mutate(CreateLayoutDocument, {
    input: { venueId, name: newVenue.layoutName, document: newVenue.layout, idempotencyKey },
  })
  await skipIfDone(manager.mutate(PublishLayoutDocument, { input: { layoutId } }))
  return { venueId, layoutId }
}
