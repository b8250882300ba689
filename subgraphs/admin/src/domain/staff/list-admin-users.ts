import { type Connection, keyset, type PageArgs, readPage, toConnection } from '@tikitu/kit/postgres/pagination'
import { and, isNull } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type AdminUserRow, adminUsers } from '../../db/tables.ts'
import { requireStaff } from './require-staff.ts'

/** The staff, in the order they joined. */
export async function listAdminUsers(ctx: Ctx, args: PageArgs): Promise<Connection<AdminUserRow>> {
  await requireStaff(ctx)
  const page = readPage(args)
  const { where, orderBy } = keyset(page, [adminUsers.id], 'asc')
  const rows = await ctx.db
    .select()
    .from(adminUsers)
    .where(and(isNull(adminUsers.removedAt), where))
    .orderBy(...orderBy)
    .limit(page.limit + 1)
  return toConnection(rows, page, (row) => [row.id])
}

/** A member of the staff by id, for the staff; null otherwise. */
export async function getAdminUser(ctx: Ctx, id: string): Promise<AdminUserRow | null> {
  await requireStaff(ctx)
  return await ctx.load.adminUser.load(id)
}
