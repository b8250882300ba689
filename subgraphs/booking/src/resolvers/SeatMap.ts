import { requireLoaded } from '@tikitu/kit/postgres/loader'
import type { SectionGeometry, ShapeGeometry } from '../domain/catalogue/seat-geometry.ts'
import { seatGeometryOf } from '../domain/catalogue/seat-map.ts'
import type { SeatMapResolvers } from '../generated/resolvers.ts'

export const SeatMap: SeatMapResolvers = {
  bounds: async (performance, _args, ctx) => (await seatGeometryOf(ctx, performance.layoutId)).bounds,
  geometry: (performance, _args, ctx) => seatGeometryOf(ctx, performance.layoutId),
  layoutNumber: async (performance, _args, ctx) => {
    const layout = await requireLoaded(ctx.load.layoutHead, performance.layoutId)
    return layout.number
  },
  sections: async (performance, _args, ctx) => (await seatGeometryOf(ctx, performance.layoutId)).sections.map(section),
  shapes: async (performance, _args, ctx) => (await seatGeometryOf(ctx, performance.layoutId)).shapes.map(shape),
  zones: async (performance, _args, ctx) => (await seatGeometryOf(ctx, performance.layoutId)).zones,
}

function section({ rows: _rows, outline, ...section }: SectionGeometry) {
  return { ...section, outline: outline ? points(outline) : null }
}

function shape({ xy, ...shape }: ShapeGeometry) {
  return { ...shape, points: points(xy) }
}

/** Points from alternating x and y. */
function points(xy: readonly number[]): { x: number; y: number }[] {
  return Array.from({ length: xy.length / 2 }, (_point, index) => ({
    x: xy[2 * index] ?? 0,
    y: xy[2 * index + 1] ?? 0,
  }))
}
