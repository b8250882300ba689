import { requireLoaded } from '@tikitu/kit/loader'
import { seatGeometryOf } from '../domain/seat-map.ts'
import type { SeatMapResolvers } from '../generated/resolvers.ts'

export const SeatMap: SeatMapResolvers = {
  geometry: (performance, _args, ctx) => seatGeometryOf(ctx, performance.layoutId),
  layoutNumber: async (performance, _args, ctx) => {
    const layout = await requireLoaded(ctx.load.layoutHead, performance.layoutId)
    return layout.number
  },
}
