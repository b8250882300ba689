import { InvalidInput } from '@tikitu/kit/base/errors'
import type { Money } from '@tikitu/kit/base/money'
import { afterCursor, type Connection, type PageArgs, readPage, toConnection } from '@tikitu/kit/postgres/pagination'
import { and, asc, between, eq, gte } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { dailyFigures, type PerformanceFiguresRow, performanceFigures } from '../../db/tables.ts'
import { requireStaff } from '../staff/require-staff.ts'
import type { Metric } from './daily-figures.ts'

export interface DashboardFilter {
  /** Days in UTC, both inclusive: `2027-03-01`. */
  from: string
  to: string
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

/** What was sold, paid and attended between two days. @throws {Forbidden | InvalidInput} */
export async function getDashboard(ctx: Ctx, filter: DashboardFilter): Promise<DashboardView> {
  await requireStaff(ctx)
  requireSpan(filter)
  const rows = await ctx.db
    .select()
    .from(dailyFigures)
    .where(
      and(
        between(dailyFigures.day, filter.from, filter.to),
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
  { partnerId }: DashboardFilter,
  args: PageArgs,
): Promise<Connection<PerformanceFiguresRow>> {
  const page = readPage(args)
  const { startsAt, performanceId } = performanceFigures
  const rows = await ctx.db
    .select()
    .from(performanceFigures)
    .where(
      and(
        gte(performanceFigures.toComeUntil, ctx.now()),
        partnerId ? eq(performanceFigures.partnerId, partnerId) : undefined,
        afterCursor(page, [startsAt, performanceId], 'asc'),
      ),
    )
    .orderBy(asc(startsAt), asc(performanceId))
    .limit(page.limit + 1)
  return toConnection(rows, page, (row) => [row.startsAt?.toISOString() ?? '', row.performanceId])
}

function requireSpan({ from, to }: DashboardFilter): void {
  const days = (Date.parse(to) - Date.parse(from)) / 86_400_000
  if (days < 0) throw new InvalidInput([{ field: 'to', message: 'must not be before `from`' }])
  if (days > maxDays)
    throw new InvalidInput([{ field: 'to', message: `must be at most ${maxDays} days after \`from\`` }])
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
