import { afterCursor, type Connection, type PageArgs, readPage, toConnection } from '@tikitu/kit/postgres/pagination'
import { and, asc, eq, inArray, lt } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type IssueRow, issueKinds, issueStatuses, paymentIssues } from '../../db/tables/issues.ts'
import { firstIds } from '../refunds/merge-indexes.ts'
import { mayDecideOnMoney, requireFinance } from './finance-role.ts'

export interface IssueFilter {
  status?: IssueRow['status'] | null
  kind?: IssueRow['kind'] | null
  currency?: string | null
  /** Issues opened before this time. */
  openedBefore?: Date | null
}

const unresolved = issueStatuses.filter((status) => status !== 'RESOLVED')

/** Unresolved issues, oldest first; resolved ones only when the filter says so. @throws {Forbidden} */
export async function listIssues(
  ctx: Ctx,
  { filter, ...args }: PageArgs & { filter?: IssueFilter | null },
): Promise<Connection<IssueRow>> {
  requireFinance(ctx)
  const page = readPage(args)
  const { status, kind, openedAt, id } = paymentIssues
  const since = filter?.openedBefore ? lt(openedAt, filter.openedBefore) : undefined
  const ids = firstIds({
    table: paymentIssues,
    prefix: [
      { column: status, values: filter?.status ? [filter.status] : unresolved },
      { column: kind, values: filter?.kind ? [filter.kind] : issueKinds },
    ],
    loose: { column: paymentIssues.currency, value: filter?.currency },
    order: [openedAt, id],
    direction: 'asc',
    where: and(since, afterCursor(page, [openedAt, id], 'asc')),
    limit: page.limit + 1,
  })
  const rows = await ctx.db.select().from(paymentIssues).where(inArray(id, ids)).orderBy(asc(openedAt), asc(id))
  return toConnection(rows, page, (issue) => [issue.openedAt.toISOString(), issue.id])
}

/** An issue; null when there is none or the caller may not act on it. */
export async function getIssue(ctx: Ctx, id: string): Promise<IssueRow | null> {
  if (!mayDecideOnMoney(ctx)) return null
  const [issue] = await ctx.db.select().from(paymentIssues).where(eq(paymentIssues.id, id))
  return issue ?? null
}
