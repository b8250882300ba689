import type { NodeGetters } from '@tikitu/kit/nodes'
import type { Ctx } from '../context.ts'
import { getPartner } from '../domain/get-partner.ts'
import { findShownLayout } from '../domain/layout-rows.ts'
import { getVenue } from '../domain/list-venues.ts'

/** How each node of this service is found as its caller may see it. */
export const nodes: NodeGetters<Ctx> = {
  Layout: findShownLayout,
  Partner: getPartner,
  Venue: getVenue,
}
