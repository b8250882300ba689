import { createHash, randomBytes } from 'node:crypto'
import { InvalidState, NotFound } from '@tikitu/kit/base/errors'
import { validateInput } from '@tikitu/kit/base/validate-input'
import { idempotent } from '@tikitu/kit/context/idempotency'
import { and, eq, gt, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../context.ts'
import {
  type PartnerInvitationRow,
  type PartnerRow,
  partnerInvitations,
  partnerMembers,
} from '../../db/tables/partners.ts'
import { users } from '../../db/tables/users.ts'
import { emit } from '../../emit.ts'
import { AlreadyMember, InsufficientRole } from '../../errors.ts'
import { audit } from '../partners/audit.ts'
import { lockPartnerAs, type Membership } from '../partners/lock-partner.ts'
import { isEditable } from '../partners/partner-rights.ts'
import { isAtLeast, type PartnerRole } from './roles.ts'

export interface InviteMemberInput {
  partnerId: string
  email: string
  role: PartnerRole
  idempotencyKey?: string | null
}

/** How long an invitation is valid. */
export const invitationDays = 7
/** The maximum number of open invitations of a partner: they are mails in our name. */
export const maxOpenInvitations = 50

/**
 * Mails an invitation and revokes an earlier one to the same address. Only for verified partners: nobody else has mail sent
 * to strangers in our name. @throws {InsufficientRole | AlreadyMember | NotFound | Forbidden | InvalidState | InvalidInput}
 */
export async function inviteMember(ctx: Ctx, input: InviteMemberInput): Promise<PartnerInvitationRow> {
  const { email } = validateInput(z.object({ email: z.email().max(254) }), input)
  return await idempotent(
    ctx,
    { operation: 'inviteMember', input },
    {
      authorize: async (ctx) => {
        const membership = await lockPartnerAs(ctx, input.partnerId, 'MANAGER')
        if (!isAtLeast(membership.member.role, input.role)) throw new InsufficientRole(membership.member.role)
        return membership
      },
      load: requireInvitation,
      act: async (ctx, membership) => {
        requireVerified(membership.partner)
        await requireNoMember(ctx, input)
        await replaceOpen(ctx, input)
        const token = randomBytes(32).toString('base64url')
        const invitation = await insertInvitation(ctx, membership, { email, role: input.role, token })
        await tell(ctx, membership, { invitation, token })
        return invitation
      },
    },
  )
}

function requireVerified({ status }: PartnerRow): void {
  if (isEditable(status)) return
  throw new InvalidState(
    `Only verified partners can invite members. This one is ${status}. Submit the application and invite members once it is approved.`,
    { status },
  )
}

/** The stored hash of an invitation's secret. */
export function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

/** Users are known by the addresses that the user service published. */
async function requireNoMember(ctx: Ctx, { partnerId, email }: InviteMemberInput): Promise<void> {
  const members = await ctx.db
    .select({ id: partnerMembers.id })
    .from(partnerMembers)
    .innerJoin(users, eq(users.id, partnerMembers.userId))
    .where(and(eq(partnerMembers.partnerId, partnerId), sql`lower(${users.email}) = lower(${email})`))
  if (members.length > 0) throw new AlreadyMember()
}

/** Revokes expired ones to the same address as well: the key on open invitations does not know the time. */
async function replaceOpen(ctx: Ctx, { partnerId, email }: InviteMemberInput): Promise<void> {
  const open = and(eq(partnerInvitations.partnerId, partnerId), eq(partnerInvitations.status, 'PENDING'))
  await ctx.db
    .update(partnerInvitations)
    .set({ status: 'REVOKED' })
    .where(and(open, sql`lower(${partnerInvitations.email}) = lower(${email})`))
  const count = await ctx.db.$count(partnerInvitations, and(open, gt(partnerInvitations.expiresAt, ctx.now())))
  if (count >= maxOpenInvitations) {
    throw new InvalidState(`A partner can have at most ${maxOpenInvitations} open invitations. Revoke some first.`)
  }
}

async function insertInvitation(
  ctx: Ctx,
  { partner, member }: Membership,
  { email, role, token }: { email: string; role: PartnerRole; token: string },
): Promise<PartnerInvitationRow> {
  const now = ctx.now()
  const [invitation] = await ctx.db
    .insert(partnerInvitations)
    .values({
      id: ctx.newId('mbr'),
      partnerId: partner.id,
      email,
      role,
      tokenHash: hashOfToken(token),
      status: 'PENDING',
      invitedBy: member.userId,
      createdAt: now,
      expiresAt: new Date(now.getTime() + invitationDays * 86_400_000),
    })
    .returning()
  return invitation as PartnerInvitationRow
}

async function tell(
  ctx: Ctx,
  { partner }: Membership,
  { invitation, token }: { invitation: PartnerInvitationRow; token: string },
): Promise<void> {
  const { id: memberId, email, role, expiresAt } = invitation
  await emit(ctx, 'partner.memberInvited', {
    subject: memberId,
    data: {
      partnerId: partner.id,
      partnerName: partner.name,
      memberId,
      email,
      role,
      token,
      expiresAt: expiresAt.toISOString(),
    },
  })
  await audit(ctx, {
    action: 'inviteMember',
    subjectType: 'PartnerInvitation',
    subjectId: memberId,
    partnerId: partner.id,
    changes: { role },
  })
}

async function requireInvitation(ctx: Ctx, id: string): Promise<PartnerInvitationRow> {
  const [invitation] = await ctx.db.select().from(partnerInvitations).where(eq(partnerInvitations.id, id))
  if (!invitation) throw new NotFound('invitation', id)
  return invitation
}
