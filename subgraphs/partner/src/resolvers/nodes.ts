import type { NodeGetters } from '@tikitu/kit/graphql/nodes'
import type { Ctx } from '../context.ts'
import { findShownLayout } from '../domain/layouts/layout-rows.ts'
import { getPartner } from '../domain/partners/get-partner.ts'
import { getVenue } from '../domain/venues/list-venues.ts'

/** Loads each node of this service as the caller may see it. */
export const nodes: NodeGetters<Ctx> = {
  Layout: findShownLayout,
  Partner: getPartner,
  Venue: getVenue,
}
