import { applyAccountStatus } from '@tikitu/kit/access/access-subjects'
import type { Payload } from '@tikitu/schema/events/registry'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type UserPreferencesRow, type UserRow, userPreferences } from '../../db/tables.ts'
import { emit } from '../../emit.ts'

/** Tells the other services the whole state of a person, in the transaction that changed it. What it means for their rights holds here too. */
export async function announceUser(ctx: Ctx, user: UserRow): Promise<void> {
  const [preferences] = await ctx.db.select().from(userPreferences).where(eq(userPreferences.userId, user.id))
  await applyAccountStatus(ctx, { userId: user.id, version: user.version, status: user.status })
  await emit(ctx, 'user.changed', { subject: user.id, data: stateOf(user, preferences) })
}

function stateOf(user: UserRow, preferences: UserPreferencesRow | undefined): Payload<'user.changed'> {
  return {
    userId: user.id,
    version: user.version,
    status: user.status,
    email: user.email,
    isEmailVerified: user.isEmailVerified,
    phone: user.phone,
    name: user.name,
    // The one language in which others write to the person.
    locale: preferences?.language ?? user.locale,
    timeZone: user.timeZone,
    marketingConsent: preferences?.marketingConsent ?? false,
  }
}
