import { isCurrency } from '@tikitu/kit/base/currencies'
import { line, neverNull, validateInput } from '@tikitu/kit/base/validate-input'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../context.ts'
import { consentRecords, type UserPreferencesRow, type UserRow, userPreferences } from '../../db/tables.ts'
import { announceUser } from '../account/announce-user.ts'
import { changeUser } from '../account/change-user.ts'
import { requireMe } from '../account/require-me.ts'
import { eventCategories } from './favourite-categories.ts'

const preferencesChange = z.object({
  language: z.string().nullish(),
  currency: z.string().refine(isCurrency, 'must be a current ISO 4217 currency').nullish(),
  marketingConsent: neverNull(z.object({ isGiven: z.boolean(), textVersion: line(50) })),
  accessibilityNeeds: neverNull(z.array(z.string()).transform(distinct)),
  favouriteCategories: neverNull(z.array(z.enum(eventCategories)).transform(distinct)),
})

export type UpdatePreferencesInput = z.input<typeof preferencesChange>

/**
 * Changes what is given of the caller's preferences, and tells the other services. An answer to the question of marketing
 * is kept with its version and moment, for good.
 * @throws {UserSuspended | InvalidInput}
 */
export async function updatePreferences(ctx: Ctx, input: UpdatePreferencesInput): Promise<UserRow> {
  const { marketingConsent, ...plain } = validateInput(preferencesChange, input)
  const me = await requireMe(ctx)
  return await inTransaction(ctx, async (ctx) => {
    const changed = await changeUser(ctx, me.id, {})
    const consent = marketingConsent ? await recordConsent(ctx, me.id, marketingConsent) : {}
    const set = definedOf({ ...plain, ...consent })
    if (Object.keys(set).length > 0) {
      await ctx.db.update(userPreferences).set(set).where(eq(userPreferences.userId, me.id))
    }
    await announceUser(ctx, changed)
    return changed
  })
}

async function recordConsent(
  ctx: Ctx,
  userId: string,
  { isGiven, textVersion }: { isGiven: boolean; textVersion: string },
): Promise<Partial<UserPreferencesRow>> {
  const givenAt = ctx.now()
  await ctx.db.insert(consentRecords).values({ id: ctx.newId('cns'), userId, isGiven, version: textVersion, givenAt })
  return { marketingConsent: isGiven, marketingConsentVersion: textVersion, marketingConsentAt: givenAt }
}

function distinct<T>(values: T[]): T[] {
  return [...new Set(values)]
}

function definedOf(values: Partial<UserPreferencesRow>): Partial<UserPreferencesRow> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}
