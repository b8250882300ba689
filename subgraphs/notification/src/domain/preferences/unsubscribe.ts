import { randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { Category } from '../../db/columns.ts'
import type { NotificationRow } from '../../db/tables/notifications.ts'
import { preferences, unsubscribeTokens } from '../../db/tables/people.ts'
import { isTransactional } from './is-wanted.ts'

/** What a link ends. */
export interface Subscription {
  userId: string
  category: Category
}

/**
 * The link that ends e-mails of the message's category for its reader; null for what must be known, and for somebody without an
 * account. The same person has the same link in every mail, and it never stops working.
 */
export async function unsubscribeUrlOf(ctx: Ctx, { userId, category }: NotificationRow): Promise<string | null> {
  if (!userId || isTransactional(category) || ctx.publicUrl === null) return null
  const token = randomBytes(24).toString('base64url')
  const [row] = await ctx.db
    .insert(unsubscribeTokens)
    .values({ token, userId, category, createdAt: ctx.now() })
    .onConflictDoUpdate({ target: [unsubscribeTokens.userId, unsubscribeTokens.category], set: { userId } })
    .returning({ token: unsubscribeTokens.token })
  return `${ctx.publicUrl}/unsubscribe/${row?.token}`
}

/** What the link with that secret ends; null when there is no such link. */
export async function findSubscription(ctx: Ctx, token: string): Promise<Subscription | null> {
  const [row] = await ctx.db.select().from(unsubscribeTokens).where(eq(unsubscribeTokens.token, token))
  return row ?? null
}

/** Turns e-mails of a category off for a person, as they could in their preferences. Null when there is no such link. */
export async function unsubscribe(ctx: Ctx, token: string): Promise<Subscription | null> {
  const found = await findSubscription(ctx, token)
  if (!found) return null
  const { userId, category } = found
  const set = { isEnabled: false, changedAt: ctx.now() }
  await ctx.db
    .insert(preferences)
    .values({ userId, category, channel: 'EMAIL', ...set })
    .onConflictDoUpdate({ target: [preferences.userId, preferences.category, preferences.channel], set })
  return found
}
