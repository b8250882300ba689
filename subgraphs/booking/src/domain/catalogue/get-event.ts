import { isStaff } from '@tikitu/kit/auth/viewer'
import { NotFound } from '@tikitu/kit/base/errors'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type EventRow, events, type PerformanceRow } from '../../db/tables/catalogue.ts'
import { partnerRoleOf } from '../projections/partner-role.ts'

/** The event, if it is visible to the caller. Drafts are visible to members of its partner and to admins. */
export async function getEvent(ctx: Ctx, id: string): Promise<EventRow | null> {
  const event = await ctx.load.event.load(id)
  return event && (await maySeeEvent(ctx, event)) ? event : null
}

/** The event with this slug, if it is visible to the caller. */
export async function getEventBySlug(ctx: Ctx, slug: string): Promise<EventRow | null> {
  const [event] = await ctx.db.select().from(events).where(eq(events.slug, slug))
  return event && (await maySeeEvent(ctx, event)) ? event : null
}

/** The performance, if it and its event are visible to the caller. */
export async function getPerformance(ctx: Ctx, id: string): Promise<PerformanceRow | null> {
  const performance = await ctx.load.performance.load(id)
  if (!performance || !(await getEvent(ctx, performance.eventId))) return null
  return !performance.isDraft || (await maySeeDrafts(ctx, performance.partnerId)) ? performance : null
}

/** As `getPerformance`. @throws {NotFound} also when it is not visible to the caller */
export async function requirePerformance(ctx: Ctx, id: string): Promise<PerformanceRow> {
  const performance = await getPerformance(ctx, id)
  if (!performance) throw new NotFound('performance', id)
  return performance
}

async function maySeeEvent(ctx: Ctx, event: EventRow): Promise<boolean> {
  return event.status !== 'DRAFT' || (await maySeeDrafts(ctx, event.partnerId))
}

/** Whether the caller may see drafts of a partner: its members and staff may. */
export async function maySeeDrafts(ctx: Ctx, partnerId: string): Promise<boolean> {
  return isStaff(ctx.viewer) || (await partnerRoleOf(ctx, partnerId)) !== null
}
