import { type Connection, type PageArgs, readPage, toConnection } from '@tikitu/kit/postgres/pagination'
import { and, eq, gte, lt } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type IssueRow, issueKinds, issueStatuses, paymentIssues } from '../../db/tables/issues.ts'
import { mergedPage } from '../refunds/merge-indexes.ts'
import { mayDecideOnMoney, requireFinance } from './finance-role.ts'

export interface IssueFilter {
  status?: IssueRow['status'] | null
  kind?: IssueRow['kind'] | null
  currency?: string | null
  openedAt?: { from?: Date | null; before?: Date | null } | null
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
  const { from, before } = filter?.openedAt ?? {}
  const { where, orderBy } = mergedPage({
    table: paymentIssues,
    prefix: [
      { column: status, values: filter?.status ? [filter.status] : unresolved },
      { column: kind, values: filter?.kind ? [filter.kind] : issueKinds },
    ],
    loose: { column: paymentIssues.currency, value: filter?.currency },
    order: [openedAt, id],
    direction: 'asc',
    where: and(from ? gte(openedAt, from) : undefined, before ? lt(openedAt, before) : undefined),
    page,
  })
  const rows = await ctx.db
    .select()
    .from(paymentIssues)
    .where(where)
    .orderBy(...orderBy)
  return toConnection(rows, page, (issue) => [issue.openedAt.toISOString(), issue.id])
}

/** An issue; null when there is none or the caller may not act on it. */
export async function getIssue(ctx: Ctx, id: string): Promise<IssueRow | null> {
  if (!mayDecideOnMoney(ctx)) return null
  const [issue] = await ctx.db.select().from(paymentIssues).where(eq(paymentIssues.id, id))
  return issue ?? null
}
