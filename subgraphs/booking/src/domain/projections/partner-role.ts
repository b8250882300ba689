import { Forbidden, NotFound } from '@tikitu/kit/base/errors'
import { isInTransaction } from '@tikitu/kit/postgres/database'
import { and, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type EventRow, events, type PerformanceRow } from '../../db/tables/catalogue.ts'
import { partnerMembers } from '../../db/tables/partners.ts'
import { requireActiveUser } from '../on-sale.ts'

/** Roles of a partner's members. Each includes the rights of those after it. */
export type PartnerRole = 'OWNER' | 'MANAGER' | 'BOX_OFFICE' | 'SCANNER'

const ranking: readonly PartnerRole[] = ['OWNER', 'MANAGER', 'BOX_OFFICE', 'SCANNER']

/** The caller's role at a partner; null for non-members. */
export async function partnerRoleOf(ctx: Ctx, partnerId: string): Promise<PartnerRole | null> {
  if (ctx.viewer.kind !== 'user') return null
  if (isInTransaction(ctx.db)) return await readRole(ctx, partnerId, ctx.viewer.userId)
  const member = await ctx.load.member.load(`${partnerId} ${ctx.viewer.userId}`)
  return member?.role ?? null
}

/** Reads in the transaction and on its connection: waiting for a second one while holding the first could deadlock the pool. */
async function readRole(ctx: Ctx, partnerId: string, userId: string): Promise<PartnerRole | null> {
  const isMember = and(eq(partnerMembers.partnerId, partnerId), eq(partnerMembers.userId, userId))
  const [member] = await ctx.db.select({ role: partnerMembers.role }).from(partnerMembers).where(isMember)
  return member?.role ?? null
}

/** Whether the caller has at least that role at the partner. */
export async function hasPartnerRole(ctx: Ctx, partnerId: string, role: PartnerRole): Promise<boolean> {
  const own = await partnerRoleOf(ctx, partnerId)
  return own !== null && ranking.indexOf(own) <= ranking.indexOf(role)
}

/**
 * Requires at least that role at the partner.
 * @throws {NotFound} for non-members @throws {Forbidden} for members with a lower role @throws {UserSuspended}
 */
export async function requirePartnerRole(ctx: Ctx, partnerId: string, role: PartnerRole): Promise<void> {
  await requireRoleOver(ctx, { what: 'partner', id: partnerId, partnerId }, role)
}

/** The event, if the caller has at least that role at its partner. @throws {NotFound | Forbidden | UserSuspended} */
export async function requireOwnEvent(ctx: Ctx, id: string, role: PartnerRole): Promise<EventRow> {
  const event = isInTransaction(ctx.db) ? await findEvent(ctx, id) : await ctx.load.event.load(id)
  if (!event) throw new NotFound('event', id)
  await requireRoleOver(ctx, { what: 'event', id, partnerId: event.partnerId }, role)
  return event
}

async function findEvent(ctx: Ctx, id: string): Promise<EventRow | undefined> {
  const [event] = await ctx.db.select().from(events).where(eq(events.id, id))
  return event
}

/** The performance, if the caller has at least that role at its partner. @throws {NotFound | Forbidden | UserSuspended} */
export async function requireOwnPerformance(ctx: Ctx, id: string, role: PartnerRole): Promise<PerformanceRow> {
  const performance = await ctx.load.performance.load(id)
  if (!performance) throw new NotFound('performance', id)
  await requireRoleOver(ctx, { what: 'performance', id, partnerId: performance.partnerId }, role)
  return performance
}

/** To non-members the object does not exist, so NotFound names the object they asked for. */
async function requireRoleOver(
  ctx: Ctx,
  object: { what: string; id: string; partnerId: string },
  role: PartnerRole,
): Promise<void> {
  await requireActiveUser(ctx)
  const own = await partnerRoleOf(ctx, object.partnerId)
  if (!own) throw new NotFound(object.what, object.id)
  if (ranking.indexOf(own) > ranking.indexOf(role))
    throw new Forbidden(`This requires the role ${role} at the partner.`)
}
