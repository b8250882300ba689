import type { NodeGetters } from '@tikitu/kit/graphql/nodes'
import type { Ctx } from '../context.ts'
import { findShownLayout } from '../domain/layouts/layout-rows.ts'
import { getPartner } from '../domain/partners/get-partner.ts'
import { getVenue } from '../domain/venues/list-venues.ts'

/** How each node of this service is found as its caller may see it. */
export const nodes: NodeGetters<Ctx> = {
  Layout: findShownLayout,
  Partner: getPartner,
  Venue: getVenue,
}
