import { Forbidden, InvalidInput, InvalidState, NotFound } from '@tikitu/kit/base/errors'
import { type TestDatabase, useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { colleague, company, ctxOf, factsAbout, migrations } from '../../../test/factories.ts'
import { type PartnerRow, partnerInvitations, partnerMembers } from '../../db/tables/partners.ts'
import { users } from '../../db/tables/users.ts'
import { AlreadyMember, InsufficientRole, InvitationForAnotherAddress, InvitationInvalid } from '../../errors.ts'
import { acceptInvitation } from './accept-invitation.ts'
import { applyUser } from './apply-user.ts'
import { changeMemberRole } from './change-member-role.ts'
import { invitationOfToken, invitationStatusAt, openInvitations } from './invitations.ts'
import { inviteMember, maxOpenInvitations } from './invite-member.ts'
import { removeMember } from './remove-member.ts'
import { revokeInvitation } from './revoke-invitation.ts'

const database = useDatabase(migrations)
const email = 'bob@example.org'

/** The secret in the mail, which only the event contains. */
async function tokenOf(on: TestDatabase, invitationId: string): Promise<string> {
  const [mail] = (await factsAbout(on, invitationId)).filter((fact) => fact.name === 'partner.memberInvited')
  return String(mail?.data['token'])
}

async function invited(role: 'OWNER' | 'MANAGER' | 'SCANNER' = 'SCANNER') {
  const { partner, owner } = await company(database)
  const invitation = await inviteMember(ctxOf(database, owner), { partnerId: partner.id, email, role })
  return { partner, owner, invitation, token: await tokenOf(database, invitation.id) }
}

/** An event of the user service about a user. */
function userFact(userId: string, fact: { email: string | null; isEmailVerified?: boolean }) {
  const profile = { phone: null, name: null, locale: 'en', timeZone: 'UTC', marketingConsent: false }
  return { userId, version: 1, status: 'ACTIVE' as const, ...profile, ...fact }
}

async function membersOf(partner: PartnerRow) {
  return await database.db.select().from(partnerMembers).where(eq(partnerMembers.partnerId, partner.id))
}

test('mails a secret that is not stored, and makes the invited user a member', async () => {
  const { partner, invitation, token } = await invited('MANAGER')
  expect(JSON.stringify(invitation)).not.toContain(token)
  const audited = (await factsAbout(database, invitation.id)).filter((fact) => fact.name === 'partner.audited')
  expect(JSON.stringify(audited)).not.toContain(token)
  const bob = testUser({ email })
  const member = await acceptInvitation(ctxOf(database, bob), token)
  expect(member).toMatchObject({ id: invitation.id, userId: bob.userId, role: 'MANAGER' })
  expect(await membersOf(partner)).toHaveLength(2)
  const states = (await factsAbout(database, partner.id)).filter((fact) => fact.name === 'partner.changed')
  expect(states.at(-1)?.data['members']).toContainEqual({ userId: bob.userId, role: 'MANAGER' })
  expect((await acceptInvitation(ctxOf(database, bob), token)).id).toBe(member.id)
})

test('makes one of two people a member when both use the same secret at once', async () => {
  const { partner, token } = await invited()
  const outcomes = await Promise.allSettled([
    acceptInvitation(ctxOf(database, testUser({ email })), token),
    acceptInvitation(ctxOf(database, testUser({ email })), token),
  ])
  expect(outcomes.map((outcome) => outcome.status).toSorted()).toEqual(['fulfilled', 'rejected'])
  expect(await membersOf(partner)).toHaveLength(2)
})

test('accepts no secret that is wrong, expired, revoked or replaced', async () => {
  const { partner, owner, invitation, token } = await invited()
  const bob = ctxOf(database, testUser({ email }))
  await expect(acceptInvitation(bob, `${token}x`)).rejects.toThrow(InvitationInvalid)
  const inAWeek = new Date(invitation.expiresAt)
  expect(invitationStatusAt(invitation, inAWeek)).toBe('EXPIRED')
  await expect(acceptInvitation(ctxOf(database, testUser({ email }), inAWeek), token)).rejects.toThrow(
    InvitationInvalid,
  )
  const again = { partnerId: partner.id, email: email.toUpperCase(), role: 'MANAGER' as const }
  const second = await inviteMember(ctxOf(database, owner), again)
  expect(await openInvitations(ctxOf(database), partner.id)).toMatchObject([{ id: second.id }])
  await expect(acceptInvitation(bob, token)).rejects.toThrow(InvitationInvalid)
  const revoked = await revokeInvitation(ctxOf(database, owner), second.id)
  expect(revoked.status).toBe('REVOKED')
  const secondToken = await tokenOf(database, second.id)
  await expect(acceptInvitation(bob, secondToken)).rejects.toThrow(InvitationInvalid)
  expect(await invitationOfToken(ctxOf(database), 'nothing')).toBeNull()
  expect(await membersOf(partner)).toHaveLength(1)
})

test('lets nobody invite to a role above their own, and only MANAGER and above invite', async () => {
  const { partner } = await company(database)
  const manager = ctxOf(database, (await colleague(database, partner, 'MANAGER')).viewer)
  const input = { partnerId: partner.id, email }
  await expect(inviteMember(manager, { ...input, role: 'OWNER' })).rejects.toThrow(InsufficientRole)
  await inviteMember(manager, { ...input, role: 'MANAGER' })
  const clerk = ctxOf(database, (await colleague(database, partner, 'BOX_OFFICE')).viewer)
  await expect(inviteMember(clerk, { ...input, role: 'SCANNER' })).rejects.toThrow(Forbidden)
  await expect(inviteMember(ctxOf(database), { ...input, role: 'SCANNER' })).rejects.toThrow(NotFound)
})

test('refuses an invitation whose inviter lost the right to invite', async () => {
  const { partner, owner } = await company(database)
  const ctx = ctxOf(database, owner)
  const dismissed = await colleague(database, partner, 'MANAGER')
  const demoted = await colleague(database, partner, 'MANAGER')
  const tokens = []
  for (const [index, { viewer }] of [dismissed, demoted].entries()) {
    const input = { partnerId: partner.id, email: `friend${index}@example.org`, role: 'MANAGER' as const }
    tokens.push(await tokenOf(database, (await inviteMember(ctxOf(database, viewer), input)).id))
  }
  await removeMember(ctx, dismissed.member.id)
  await changeMemberRole(ctx, { memberId: demoted.member.id, role: 'BOX_OFFICE' })
  for (const [index, token] of tokens.entries()) {
    const friend = ctxOf(database, testUser({ email: `friend${index}@example.org` }))
    await expect(acceptInvitation(friend, token)).rejects.toThrow(InvitationInvalid)
  }
})

test('invites nobody whose known address belongs to a member', async () => {
  const { partner, owner, token } = await invited()
  const invitedOwner = ctxOf(database, { ...owner, email })
  await expect(acceptInvitation(invitedOwner, token)).rejects.toThrow(AlreadyMember)
  const { viewer } = await colleague(database, partner, 'SCANNER')
  await database.db.insert(users).values({ id: viewer.userId, version: 1, status: 'ACTIVE', email: 'Eve@example.org' })
  const input = { partnerId: partner.id, email: 'eve@example.org', role: 'SCANNER' as const }
  await expect(inviteMember(ctxOf(database, owner), input)).rejects.toThrow(AlreadyMember)
})

test('answers a repeated request with the same invitation, and mails it once', async () => {
  const { partner, owner } = await company(database)
  const input = { partnerId: partner.id, email, role: 'SCANNER' as const, idempotencyKey: 'once' }
  const ctx = ctxOf(database, owner)
  const [first, second] = await Promise.all([inviteMember(ctx, input), inviteMember(ctx, input)])
  expect(second.id).toBe(first.id)
  const mails = (await factsAbout(database, first.id)).filter((fact) => fact.name === 'partner.memberInvited')
  expect(mails).toHaveLength(1)
})

test('limits the open invitations of a partner', async () => {
  const { partner, owner } = await company(database)
  const rows = Array.from({ length: maxOpenInvitations }, (_each, index) => ({
    id: `mbr_${partner.id}_${index}`,
    partnerId: partner.id,
    email: `${index}@example.org`,
    role: 'SCANNER' as const,
    tokenHash: `${partner.id}-${index}`,
    status: 'PENDING' as const,
    invitedBy: owner.userId,
    createdAt: new Date('2027-03-01T00:00:00Z'),
    expiresAt: new Date('2027-03-08T00:00:00Z'),
  }))
  await database.db.insert(partnerInvitations).values(rows)
  const input = { partnerId: partner.id, email, role: 'SCANNER' as const }
  await expect(inviteMember(ctxOf(database, owner), input)).rejects.toThrow(InvalidState)
  await inviteMember(ctxOf(database, owner, new Date('2027-03-08T00:00:00Z')), input)
})

test('refuses an address that no mail reaches', async () => {
  const { partner, owner } = await company(database)
  const input = { partnerId: partner.id, email: `${'x'.repeat(250)}@example.org`, role: 'SCANNER' as const }
  await expect(inviteMember(ctxOf(database, owner), input)).rejects.toThrow(InvalidInput)
})

test('lets those who could invite revoke an invitation, once', async () => {
  const { partner, owner, invitation } = await invited('OWNER')
  const manager = ctxOf(database, (await colleague(database, partner, 'MANAGER')).viewer)
  await expect(revokeInvitation(manager, invitation.id)).rejects.toThrow(InsufficientRole)
  await expect(revokeInvitation(ctxOf(database), invitation.id)).rejects.toThrow(`There is no invitation`)
  await revokeInvitation(ctxOf(database, owner), invitation.id)
  await expect(revokeInvitation(ctxOf(database, owner), invitation.id)).rejects.toThrow(InvalidState)
})

test('works only for the account whose verified address was invited', async () => {
  const { partner, token } = await invited()
  const known = async (fact: { email: string | null; isEmailVerified?: boolean }) => {
    const viewer = testUser({ email: null })
    await applyUser(ctxOf(database, viewer), userFact(viewer.userId, fact))
    return ctxOf(database, viewer)
  }
  const others = [
    ctxOf(database, testUser()),
    ctxOf(database, testUser({ email: null })),
    await known({ email: 'mallory@example.org', isEmailVerified: true }),
    await known({ email: `x${email}`, isEmailVerified: true }),
    await known({ email, isEmailVerified: false }),
    await known({ email }),
    await known({ email: null, isEmailVerified: true }),
  ]
  for (const ctx of others) {
    await expect(acceptInvitation(ctx, token)).rejects.toThrow(InvitationForAnotherAddress)
  }
  expect(await membersOf(partner)).toHaveLength(1)
  await acceptInvitation(await known({ email: 'Bob@Example.ORG', isEmailVerified: true }), token)
  expect(await membersOf(partner)).toHaveLength(2)
})

test('accepts the address in an id token before the user service has published it', async () => {
  const { token } = await invited()
  await acceptInvitation(ctxOf(database, testUser({ email: email.toUpperCase() })), token)
})

test.each(['DRAFT', 'SUBMITTED', 'UNDER_REVIEW', 'CHANGES_REQUESTED', 'SUSPENDED'] as const)(
  'has no mail sent to strangers for a partner that is %s',
  async (status) => {
    const { partner, owner } = await company(database, { status })
    const input = { partnerId: partner.id, email, role: 'SCANNER' as const }
    await expect(inviteMember(ctxOf(database, owner), input)).rejects.toThrow('Only verified partners')
    expect((await factsAbout(database, partner.id)).map((fact) => fact.name)).not.toContain('partner.memberInvited')
    expect(await openInvitations(ctxOf(database), partner.id)).toEqual([])
  },
)
