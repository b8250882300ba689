import { type Connection, keyset, type PageArgs, readPage, toConnection } from '@tikitu/kit/postgres/pagination'
import { searchQuery } from '@tikitu/kit/search/search-words'
import { and, eq, or, type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type UserRow, users } from '../../db/tables.ts'
import { requireStaff } from '../account/require-me.ts'

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
  const { where, orderBy } = keyset(page, [users.createdAt, users.id], 'desc')
  const rows = await ctx.db
    .select()
    .from(users)
    .where(
      and(matches(filter?.search?.trim() ?? ''), filter?.status ? eq(users.status, filter.status) : undefined, where),
    )
    .orderBy(...orderBy)
    .limit(page.limit + 1)
  return toConnection(rows, page, (user) => [user.createdAt.toISOString(), user.id])
}

/** From how many letters on a word is found by its beginning: shorter ones begin too many names. */
const minPrefixLength = 3

/**
 * An address from its beginning, an id or telephone number as a whole, or words of the name from their beginning. The matches are
 * found first, by an index each: beside the order of the list, Postgres would rather read everybody from the newest on.
 */
function matches(search: string): SQL | undefined {
  if (search === '') return undefined
  const literal = search.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')
  const words = search.includes('@') ? null : searchQuery(search, { minPrefixLength })
  const found = or(
    sql`lower(${users.email}) like ${`${literal}%`}`,
    words === null ? undefined : sql`${users.nameWords} @@ ${words}::tsquery`,
    eq(users.id, search),
    eq(users.phone, search),
  )
  return sql`${users.id} = any(array(select id from users where ${found}))`
}
