import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { partners } from '../../db/tables/partners.ts'

/** The partner's name; null when the partner is unknown. */
export async function organizerOf(ctx: Ctx, { partnerId }: { partnerId: string }): Promise<string | null> {
  const [partner] = await ctx.db.select({ name: partners.name }).from(partners).where(eq(partners.id, partnerId))
  return partner?.name ?? null
}
