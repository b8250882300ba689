import { requireUser } from '@tikitu/kit/auth/viewer'
import { validateInput } from '@tikitu/kit/base/validate-input'
import { idempotent } from '@tikitu/kit/context/idempotency'
import { requireSwitchedOn } from '@tikitu/kit/context/settings'
import type { ServiceFlag } from '@tikitu/schema/flags'
import { and, eq, inArray, sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { Ctx } from '../../context.ts'
import { type PartnerRow, partnerMembers, partners } from '../../db/tables/partners.ts'
import { TooManyApplications } from '../../errors.ts'
import { audit } from './audit.ts'
import { publishPartner } from './change-partner.ts'
import { requireActiveUser, requireOwnPartner } from './lock-partner.ts'
import { newProfile } from './partner-profile.ts'
import { wordsOfPartner } from './search-index.ts'

export type ApplyAsPartnerInput = z.input<typeof newProfile> & { idempotencyKey?: string | null }

const applications = 'partner-applications' satisfies ServiceFlag

/** The maximum number of open applications per person. */
export const maxOpenApplications = 5

/**
 * Creates a partner in status DRAFT with the caller as its owner.
 * @throws {TooManyApplications | InvalidInput | InvalidState | UserSuspended | IdempotencyConflict | NotFound} the last when the key's
 * partner is no longer the caller's
 */
export async function applyAsPartner(ctx: Ctx, input: ApplyAsPartnerInput): Promise<PartnerRow> {
  const profile = validateInput(newProfile, input)
  return await idempotent(
    ctx,
    { operation: 'applyAsPartner', input },
    {
      authorize: requireActiveUser,
      load: requireOwnPartner,
      act: async (ctx, userId) => {
        await requireSwitchedOn(ctx, { key: applications, subject: { id: userId }, what: 'Applying as a partner' })
        await reserveApplication(ctx)
        const now = ctx.now()
        const [partner] = await ctx.db
          .insert(partners)
          .values({
            ...profile,
            ...wordsOfPartner(profile),
            id: ctx.newId('ptr'),
            status: 'DRAFT',
            createdBy: userId,
            createdAt: now,
          })
          .returning()
        if (!partner) throw new Error('nothing was inserted')
        await ctx.db
          .insert(partnerMembers)
          .values({ id: ctx.newId('mbr'), partnerId: partner.id, userId, role: 'OWNER', joinedAt: now })
        await publishPartner(ctx, partner)
        await audit(ctx, {
          action: 'applyAsPartner',
          subjectType: 'Partner',
          subjectId: partner.id,
          partnerId: partner.id,
          changes: { name: partner.name, country: partner.country },
        })
        return partner
      },
    },
  )
}

/** Locked per person, so that two applications at once cannot both be the last one allowed. */
async function reserveApplication(ctx: Ctx): Promise<void> {
  const { userId } = requireUser(ctx.viewer)
  await ctx.db.execute(sql`
    /* partner.applyAsPartner */
    select pg_advisory_xact_lock(hashtextextended(${`applications:${userId}`}, 0))`)
  const undecided = inArray(partners.status, ['DRAFT', 'SUBMITTED', 'UNDER_REVIEW', 'CHANGES_REQUESTED'])
  const open = await ctx.db.$count(partners, and(eq(partners.createdBy, userId), undecided))
  if (open >= maxOpenApplications) throw new TooManyApplications(maxOpenApplications)
}
