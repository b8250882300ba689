import { requireLoaded } from '@tikitu/kit/postgres/loader'
import { documentOf, findShownLayout, problemsOf } from '../domain/layouts/layout-rows.ts'
import { listLayouts } from '../domain/layouts/list-layouts.ts'
import type { LayoutResolvers, VenueResolvers } from '../generated/resolvers.ts'

export const Venue: VenueResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.load.venue.load(id),
  partner: (venue, _args, ctx) => requireLoaded(ctx.load.partner, venue.partnerId),
  location: ({ latitude, longitude }) => (latitude === null || longitude === null ? null : { latitude, longitude }),
  layouts: (venue, args, ctx) => listLayouts(ctx, venue, args),
}

export const Layout: LayoutResolvers = {
  __resolveReference: ({ id }, ctx) => findShownLayout(ctx, id),
  venue: (layout, _args, ctx) => requireLoaded(ctx.load.venue, layout.venueId),
  document: (layout, _args, ctx) => documentOf(ctx, layout.id),
  problems: (layout, _args, ctx) => problemsOf(ctx, layout),
}
