import { InvalidInput } from '@tikitu/kit/base/errors'
import type { Money } from '@tikitu/kit/base/money'
import { type Connection, keyset, type PageArgs, readPage, toConnection } from '@tikitu/kit/postgres/pagination'
import { and, asc, eq, gte, lt } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { dailyFigures, type PerformanceFiguresRow, performanceFigures } from '../../db/tables.ts'
import { requireStaff } from '../staff/require-staff.ts'
import type { Metric } from './daily-figures.ts'

export interface DashboardFilter {
  /** Days in UTC, such as `2027-03-01`; `before` is the day after the last. */
  days: { from: string; before: string }
  partnerId?: string | null
}

type CountMetric = Exclude<Metric, 'captured' | 'refunded'>

export type Figures = Record<CountMetric, number> & { captured: Money[]; refunded: Money[] }

export interface DashboardView {
  filter: DashboardFilter
  total: Figures
  days: { day: string; figures: Figures }[]
}

type FigureRow = Pick<typeof dailyFigures.$inferSelect, 'day' | 'metric' | 'currency' | 'count' | 'amountMinor'>

const maxDays = 366

/** What was sold, paid and attended on those days. @throws {Forbidden | InvalidInput} */
export async function getDashboard(ctx: Ctx, filter: DashboardFilter): Promise<DashboardView> {
  await requireStaff(ctx)
  requireSpan(filter.days)
  const rows = await ctx.db
    .select()
    .from(dailyFigures)
    .where(
      and(
        gte(dailyFigures.day, filter.days.from),
        lt(dailyFigures.day, filter.days.before),
        filter.partnerId ? eq(dailyFigures.partnerId, filter.partnerId) : undefined,
      ),
    )
    .orderBy(asc(dailyFigures.day))
  const days = [...Map.groupBy(rows, (row) => row.day)].map(([day, ofDay]) => ({ day, figures: figuresOf(ofDay) }))
  return { filter, total: figuresOf(rows), days }
}

/** How full the performances are that run or are to come, the soonest first. */
export async function listOccupancy(
  ctx: Ctx,
  partnerId: string | null | undefined,
  args: PageArgs,
): Promise<Connection<PerformanceFiguresRow>> {
  const page = readPage(args)
  const { startsAt, performanceId } = performanceFigures
  const { where, orderBy } = keyset(page, [startsAt, performanceId], 'asc')
  const rows = await ctx.db
    .select()
    .from(performanceFigures)
    .where(
      and(
        gte(performanceFigures.toComeUntil, ctx.now()),
        partnerId ? eq(performanceFigures.partnerId, partnerId) : undefined,
        where,
      ),
    )
    .orderBy(...orderBy)
    .limit(page.limit + 1)
  return toConnection(rows, page, (row) => [row.startsAt?.toISOString() ?? '', row.performanceId])
}

function requireSpan({ from, before }: DashboardFilter['days']): void {
  const days = (Date.parse(before) - Date.parse(from)) / 86_400_000
  const field = 'days.before'
  if (days < 1) throw new InvalidInput([{ field, message: 'must be after `from`' }])
  if (days > maxDays) throw new InvalidInput([{ field, message: `must be at most ${maxDays} days after \`from\`` }])
}

function figuresOf(rows: readonly FigureRow[]): Figures {
  const count = (metric: Metric) => rows.filter((row) => row.metric === metric).reduce((sum, row) => sum + row.count, 0)
  return {
    bookingsConfirmed: count('bookingsConfirmed'),
    bookingsExpired: count('bookingsExpired'),
    bookingsRejected: count('bookingsRejected'),
    ticketsSold: count('ticketsSold'),
    ticketsCancelled: count('ticketsCancelled'),
    admissions: count('admissions'),
    paymentsFailed: count('paymentsFailed'),
    messagesFailed: count('messagesFailed'),
    captured: amountsOf(rows, 'captured'),
    refunded: amountsOf(rows, 'refunded'),
  }
}

/** One sum per currency: amounts of different currencies do not add up. */
function amountsOf(rows: readonly FigureRow[], metric: Metric): Money[] {
  const amounts = rows.flatMap(({ currency, ...row }) =>
    row.metric === metric && currency ? [{ ...row, currency }] : [],
  )
  const byCurrency = Map.groupBy(amounts, (row) => row.currency)
  return [...byCurrency]
    .map(([currency, ofOne]) => ({ currency, amountMinor: ofOne.reduce((sum, row) => sum + row.amountMinor, 0) }))
    .toSorted((a, b) => (a.currency < b.currency ? -1 : 1))
}
