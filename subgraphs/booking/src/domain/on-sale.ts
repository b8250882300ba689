import { requireUser, type UserViewer } from '@tikitu/kit/auth/viewer'
import { type DomainError, NotFound, UserSuspended } from '@tikitu/kit/base/errors'
import type { BaseCtx } from '@tikitu/kit/context/context'
import { configuredNumber } from '@tikitu/kit/context/settings'
import { configKeys } from '@tikitu/schema/config'
import { type SQL, sql } from 'drizzle-orm'
import { NotOnSale } from '../errors.ts'

/** A time, or an SQL expression of one. */
export type Moment = Date | SQL

function at(moment: Moment): SQL {
  return moment instanceof Date ? sql`${moment.toISOString()}::timestamptz` : moment
}

/** The signed-in caller. A token stays valid after a suspension, so this checks the account. @throws {UserSuspended} */
export async function requireActiveUser(ctx: BaseCtx): Promise<UserViewer> {
  const viewer = requireUser(ctx.viewer)
  const { rows } = await ctx.db.execute<{ status: string }>(sql`
    /* booking.requireActiveUser */
    select status from users where id = ${viewer.userId}`)
  if (rows[0]?.status === 'SUSPENDED') throw new UserSuspended()
  return viewer
}

const notOnSale = {
  DRAFT: 'This performance is not published.',
  EVENT_CANCELLED: 'This event was cancelled.',
  CANCELLED: 'This performance was cancelled.',
  UNDER_REVIEW: 'Sales are paused while a cancellation is under review.',
  POSTPONED: 'This performance was postponed. Tickets will be on sale again once there is a new date.',
  ORGANIZER: 'The organizer is not selling tickets at the moment.',
  EARLY: 'Sales have not started yet.',
  ENDED: 'Sales for this performance have ended.',
}

/** Why a performance is not on sale. */
export type SaleObstacle = keyof typeof notOnSale

/** The first reason why a performance is not on sale; null when it is. For a statement that reads performances, events and partners. */
export function saleObstacleAt(now: Moment): SQL {
  return sql`case
    when events.status = 'DRAFT' or performances.is_draft then 'DRAFT'
    when events.status = 'CANCELLED' then 'EVENT_CANCELLED'
    when performances.status = 'CANCELLED' then 'CANCELLED'
    when coalesce(performances.cancellation_request_id, events.cancellation_request_id) is not null then 'UNDER_REVIEW'
    when performances.status = 'POSTPONED' then 'POSTPONED'
    when partners.may_sell is not true then 'ORGANIZER'
    when performances.sales_start_at > ${at(now)} then 'EARLY'
    when least(performances.sales_end_at, ${endOfPerformance()}) <= ${at(now)} then 'ENDED' end`
}

/** What a statement found out about the sale of a performance to the caller. */
export interface SaleVerdict {
  performanceId: string
  obstacle: SaleObstacle | null
  isSuspended: boolean
  salesStartAt: Date
}

/** The refusal to sell: to the public there are no drafts, and a suspended user cannot buy. Null when there is none. */
export function saleRefusalOf({ performanceId, obstacle, isSuspended, salesStartAt }: SaleVerdict): DomainError | null {
  if (obstacle === 'DRAFT') return new NotFound('performance', performanceId)
  if (isSuspended) return new UserSuspended()
  return obstacle && new NotOnSale(notOnSale[obstacle], obstacle === 'EARLY' ? salesStartAt : null)
}

/** The end of a performance; if unknown, its start. Nothing is sold or paid after it. For a statement that reads performances. */
export function endOfPerformance(): SQL {
  return sql`coalesce(performances.ends_at, performances.starts_at)`
}

/**
 * Deadline for booking and paying seats that were held in time: a grace period after the end of sales, and never past the end of
 * the performance. For a statement that reads performances.
 */
export function lastMoment(): SQL {
  const grace = settingOfPartner('booking.salesGraceMinutes')
  return sql`least(performances.sales_end_at + make_interval(mins => ${grace}), ${endOfPerformance()})`
}

/** Whether a tier is on sale. The sales window of its performance applies, too. For a statement that reads price_tiers as `tier`. */
export function isTierOnSaleAt(now: Moment): SQL {
  return sql`(tier.closed_at is null and coalesce(tier.sales_start_at <= ${at(now)}, true)
    and coalesce(tier.sales_end_at > ${at(now)}, true))`
}

/** The refusal of a tier that is not on sale, with the time from which it will be, if any. */
export function tierNotOnSale({ name, opensAt }: { name: string; opensAt: Date | string | null }): NotOnSale {
  const salesStartAt = opensAt === null ? null : new Date(opensAt)
  return new NotOnSale(`The price "${name}" is ${opensAt ? 'not on sale yet' : 'no longer on sale'}.`, salesStartAt)
}

/** Whether a seat is free or its claim has expired. Checks the time itself rather than rely on the sweep. */
export function isFreeAt(now: Moment): SQL {
  return sql`(places.status = 'FREE' or (places.status = 'HELD' and places.held_until <= ${at(now)}))`
}

/** Whether a seat is on general sale: wheelchair and companion seats are from a configured number of hours before the start. */
export function isForEverybody(performanceId: string, now: Moment): SQL {
  return sql`(places.kind in ('SEAT', 'RESTRICTED_VIEW')
    or (places.kind in ('ACCESSIBLE', 'COMPANION') and ${isReleasedAt(performanceId, now)}))`
}

/** Whether the wheelchair and companion seats of the performance are on general sale. An expression for any statement. */
export function isReleasedAt(performanceId: string, now: Moment): SQL {
  const hours = settingOfPartner('booking.accessibleReleaseHours')
  return sql`(select ${at(now)} >= performances.starts_at - make_interval(hours => ${hours})
    from performances where performances.id = ${performanceId})`
}

function settingOfPartner(key: 'booking.salesGraceMinutes' | 'booking.accessibleReleaseHours'): SQL {
  return configuredNumber({ key, scopes: [sql`performances.partner_id`], fallback: configKeys[key].fallback })
}

/** The earlier of two dates. */
export function earlier(one: Date, other: Date): Date {
  return one < other ? one : other
}
