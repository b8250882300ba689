import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { partners } from '../../db/tables/partners.ts'

/** The name of the partner who presents it; null when booking has not heard of them. */
export async function organizerOf(ctx: Ctx, { partnerId }: { partnerId: string }): Promise<string | null> {
  const [partner] = await ctx.db.select({ name: partners.name }).from(partners).where(eq(partners.id, partnerId))
  return partner?.name ?? null
}
