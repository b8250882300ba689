import type { Db } from '@tikitu/kit/postgres/database'
import { layoutDocument } from '@tikitu/schema/layout'
import { eq } from 'drizzle-orm'
import { LRUCache } from 'lru-cache'
import type { Ctx } from '../../context.ts'
import { layouts } from '../../db/tables/partners.ts'
import { geometryOf, type SeatGeometry } from './seat-geometry.ts'

const maxPlans = 64

/** Cached per database, because parsing a layout takes longer than the rest of the page. Layouts never change. */
const plans = new WeakMap<Db, LRUCache<string, SeatGeometry>>()

/** The geometry of a published layout. It never changes. */
export async function seatGeometryOf(ctx: Ctx, layoutId: string): Promise<SeatGeometry> {
  const known = plans.get(ctx.db) ?? new LRUCache<string, SeatGeometry>({ max: maxPlans })
  plans.set(ctx.db, known)
  const geometry = known.get(layoutId) ?? (await readGeometry(ctx, layoutId))
  known.set(layoutId, geometry)
  return geometry
}

async function readGeometry(ctx: Ctx, layoutId: string): Promise<SeatGeometry> {
  const [layout] = await ctx.db.select({ document: layouts.document }).from(layouts).where(eq(layouts.id, layoutId))
  if (!layout) throw new Error(`layout ${layoutId} is missing`)
  return geometryOf(layoutDocument.parse(layout.document))
}
