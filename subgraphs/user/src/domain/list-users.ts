import { afterCursor, type Connection, type PageArgs, readPage, toConnection } from '@tikitu/kit/paging'
import { and, desc, eq, ilike, or, type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import { type UserRow, users } from '../db/tables.ts'
import { requireStaff } from './require-me.ts'

export interface UserFilter {
  search?: string | null
  status?: UserRow['status'] | null
}

/** A page of the people that the filter describes, the newest first. For staff. @throws {Forbidden | InvalidInput} */
export async function listUsers(
  ctx: Ctx,
  { filter, ...args }: PageArgs & { filter?: UserFilter | null },
): Promise<Connection<UserRow>> {
  await requireStaff(ctx)
  const page = readPage(args)
  const rows = await ctx.db
    .select()
    .from(users)
    .where(
      and(
        matches(filter?.search?.trim() ?? ''),
        filter?.status ? eq(users.status, filter.status) : undefined,
        afterCursor(page, [users.createdAt, users.id], 'desc'),
      ),
    )
    .orderBy(desc(users.createdAt), desc(users.id))
    .limit(page.limit + 1)
  return toConnection(rows, page, (user) => [user.createdAt.toISOString(), user.id])
}

function matches(search: string): SQL | undefined {
  if (search === '') return undefined
  const literal = search.replaceAll(/[\\%_]/g, '\\$&')
  return or(
    sql`lower(${users.email}) like ${`${literal.toLowerCase()}%`}`,
    ilike(users.name, `%${literal}%`),
    eq(users.id, search),
    eq(users.phone, search),
  )
}
