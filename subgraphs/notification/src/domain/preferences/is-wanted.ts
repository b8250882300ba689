import { and, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { Category, Channel } from '../../db/columns.ts'
import { preferences } from '../../db/tables/people.ts'

const transactional: ReadonlySet<Category> = new Set(['TICKETS', 'PAYMENTS', 'PARTNER'])

/** Whether messages of this category tell people what they must know: about their tickets, their money, their work. */
export function isTransactional(category: Category): boolean {
  return transactional.has(category)
}

/** Whether nobody can switch this off: what must be known reaches people by e-mail in any case. */
export function isLocked(category: Category, channel: Channel): boolean {
  return channel === 'EMAIL' && isTransactional(category)
}

/** What holds for those who chose nothing. A text message costs money and wakes people: it is for those who ask for it. */
export function isOnByDefault(channel: Channel): boolean {
  return channel !== 'SMS'
}

/** Whether that person wants messages of that category over that channel. */
export async function isWanted(ctx: Ctx, userId: string, what: { category: Category; channel: Channel }) {
  const { category, channel } = what
  if (isLocked(category, channel)) return true
  const [chosen] = await ctx.db
    .select()
    .from(preferences)
    .where(and(eq(preferences.userId, userId), eq(preferences.category, category), eq(preferences.channel, channel)))
  return chosen?.isEnabled ?? isOnByDefault(channel)
}
