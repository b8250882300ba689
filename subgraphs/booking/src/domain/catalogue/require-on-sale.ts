import { requireUser } from '@tikitu/kit/auth/viewer'
import { NotFound } from '@tikitu/kit/base/errors'
import { eq, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { events, type PerformanceRow, performances } from '../../db/tables/catalogue.ts'
import { partners, users } from '../../db/tables/partners.ts'
import { lastMoment, type SaleObstacle, saleObstacleAt, saleRefusalOf } from '../on-sale.ts'

/** A performance on sale, with its payment deadline. */
export type PerformanceOnSale = PerformanceRow & { lastMoment: Date }

/**
 * The performance, if it is on sale to the caller. The sales window is checked at the time `at`, when the seats were held, since
 * held seats can be booked until the payment deadline. Read in one statement.
 * @throws {NotFound | NotOnSale | UserSuspended}
 */
export async function requireOnSale(ctx: Ctx, performanceId: string, at: Date): Promise<PerformanceOnSale> {
  const { userId } = requireUser(ctx.viewer)
  const [found] = await ctx.db
    .select({
      performance: performances,
      obstacle: sql<SaleObstacle | null>`${saleObstacleAt(at)}`,
      isSuspended: sql<boolean>`${users.status} is not distinct from 'SUSPENDED'`,
      lastMoment: lastMoment().mapWith(performances.startsAt),
    })
    .from(performances)
    .innerJoin(events, eq(events.id, performances.eventId))
    .leftJoin(partners, eq(partners.id, performances.partnerId))
    .leftJoin(users, eq(users.id, userId))
    .where(eq(performances.id, performanceId))
  if (!found) throw new NotFound('performance', performanceId)
  const { performance, isSuspended, lastMoment: deadline } = found
  const obstacle = found.obstacle ?? (ctx.now() >= deadline ? 'ENDED' : null)
  const refusal = saleRefusalOf({ performanceId, obstacle, isSuspended, salesStartAt: performance.salesStartAt })
  if (refusal) throw refusal
  return { ...performance, lastMoment: deadline }
}
