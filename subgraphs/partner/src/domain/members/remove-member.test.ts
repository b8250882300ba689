import { Forbidden, InvalidInput, InvalidState, NotFound } from '@tikitu/kit/base/errors'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { and, eq } from 'drizzle-orm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { colleague, company, ctxOf, factsAbout, migrations, staffOf } from '../../../test/factories.ts'
import { partnerMembers } from '../../db/tables/partners.ts'
import { users } from '../../db/tables/users.ts'
import { InsufficientRole, LastOwnerCannotLeave } from '../../errors.ts'
import { changeMemberRole } from './change-member-role.ts'
import { handOverOwnership } from './hand-over-ownership.ts'
import { removeMember } from './remove-member.ts'

const database = useDatabase(migrations)

async function ownersOf(partnerId: string) {
  return await database.db
    .select()
    .from(partnerMembers)
    .where(and(eq(partnerMembers.partnerId, partnerId), eq(partnerMembers.role, 'OWNER')))
}

test('lets a member leave, and publishes the remaining members', async () => {
  const { partner, owner } = await company(database)
  const { viewer, member } = await colleague(database, partner, 'SCANNER')
  expect(await removeMember(ctxOf(database, viewer), member.id)).toBe(member.id)
  const states = (await factsAbout(database, partner.id)).filter((fact) => fact.name === 'partner.changed')
  expect(states.at(-1)?.data['members']).toEqual([{ userId: owner.userId, role: 'OWNER' }])
})

test('keeps the last owner from leaving, stepping down and being removed', async () => {
  const { partner, owner, ownerMember } = await company(database)
  const ctx = ctxOf(database, owner)
  await expect(removeMember(ctx, ownerMember.id)).rejects.toThrow(LastOwnerCannotLeave)
  await expect(changeMemberRole(ctx, { memberId: ownerMember.id, role: 'MANAGER' })).rejects.toThrow(
    LastOwnerCannotLeave,
  )
  const manager = ctxOf(database, (await colleague(database, partner, 'MANAGER')).viewer)
  await expect(removeMember(manager, ownerMember.id)).rejects.toThrow(InsufficientRole)
  const demotion = { memberId: ownerMember.id, role: 'SCANNER' as const }
  await expect(changeMemberRole(manager, demotion)).rejects.toThrow(InsufficientRole)
})

test('lets one of two owners leave when both try at once', async () => {
  const { partner, owner, ownerMember } = await company(database)
  const second = await colleague(database, partner, 'OWNER')
  const outcomes = await Promise.allSettled([
    removeMember(ctxOf(database, owner), ownerMember.id),
    removeMember(ctxOf(database, second.viewer), second.member.id),
  ])
  expect(outcomes.filter((outcome) => outcome.status === 'rejected')).toMatchObject([
    { reason: { code: 'LAST_OWNER_CANNOT_LEAVE' } },
  ])
  expect(await ownersOf(partner.id)).toHaveLength(1)
})

test('never leaves a partner without an owner, whatever its owners do at once', async () => {
  const acts = fc.array(fc.record({ actor: fc.nat(2), target: fc.nat(2), act: fc.nat(2) }), {
    minLength: 2,
    maxLength: 8,
  })
  await fc.assert(
    fc.asyncProperty(acts, async (deeds) => {
      const { partner, owner, ownerMember } = await company(database)
      const others = [await colleague(database, partner, 'OWNER'), await colleague(database, partner, 'OWNER')]
      const people = [{ viewer: owner, member: ownerMember }, ...others]
      const outcomes = await Promise.allSettled(
        deeds.map(({ actor, target, act }) => {
          const ctx = ctxOf(database, people[actor]?.viewer)
          const memberId = people[target]?.member.id ?? ''
          if (act === 0) return removeMember(ctx, memberId)
          if (act === 1) return changeMemberRole(ctx, { memberId, role: 'SCANNER' })
          return handOverOwnership(ctx, { partnerId: partner.id, memberId })
        }),
      )
      expect((await ownersOf(partner.id)).length).toBeGreaterThan(0)
      for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toHaveProperty('code')
    }),
    { numRuns: 25 },
  )
}, 60_000)

test('lets MANAGER and above remove others up to their own role', async () => {
  const { partner } = await company(database)
  const manager = await colleague(database, partner, 'MANAGER')
  const peer = await colleague(database, partner, 'MANAGER')
  const clerk = await colleague(database, partner, 'BOX_OFFICE')
  const scanner = await colleague(database, partner, 'SCANNER')
  await expect(removeMember(ctxOf(database, clerk.viewer), scanner.member.id)).rejects.toThrow(Forbidden)
  await removeMember(ctxOf(database, manager.viewer), scanner.member.id)
  await removeMember(ctxOf(database, manager.viewer), peer.member.id)
  await expect(removeMember(ctxOf(database, peer.viewer), clerk.member.id)).rejects.toThrow(NotFound)
  await expect(removeMember(ctxOf(database), clerk.member.id)).rejects.toThrow(`There is no member ${clerk.member.id}`)
  await expect(removeMember(staffOf(database), clerk.member.id)).rejects.toThrow(Forbidden)
})

test("changes roles up to the caller's own, in both directions", async () => {
  const { partner } = await company(database)
  const manager = ctxOf(database, (await colleague(database, partner, 'MANAGER')).viewer)
  const { viewer, member } = await colleague(database, partner, 'SCANNER')
  await expect(changeMemberRole(manager, { memberId: member.id, role: 'OWNER' })).rejects.toThrow(InsufficientRole)
  expect(await changeMemberRole(manager, { memberId: member.id, role: 'MANAGER' })).toMatchObject({ role: 'MANAGER' })
  const self = { memberId: member.id, role: 'OWNER' as const }
  await expect(changeMemberRole(ctxOf(database, viewer), self)).rejects.toThrow(InsufficientRole)
  await expect(changeMemberRole(ctxOf(database), self)).rejects.toThrow(NotFound)
})

test('lets the owner hand over the ownership to an active member', async () => {
  const { partner, owner, ownerMember } = await company(database)
  const ctx = ctxOf(database, owner)
  const heir = await colleague(database, partner, 'SCANNER')
  const input = { partnerId: partner.id, memberId: heir.member.id }
  await expect(handOverOwnership(ctxOf(database, heir.viewer), input)).rejects.toThrow(Forbidden)
  await expect(handOverOwnership(ctxOf(database, testUser()), input)).rejects.toThrow(NotFound)
  await expect(handOverOwnership(ctx, { ...input, memberId: ownerMember.id })).rejects.toThrow(InvalidInput)
  const elsewhere = await company(database)
  const foreign = { ...input, memberId: elsewhere.ownerMember.id }
  await expect(handOverOwnership(ctx, foreign)).rejects.toThrow(NotFound)
  const suspended = await colleague(database, partner, 'MANAGER')
  await database.db.insert(users).values({ id: suspended.viewer.userId, version: 1, status: 'SUSPENDED' })
  await expect(handOverOwnership(ctx, { ...input, memberId: suspended.member.id })).rejects.toThrow(InvalidState)
  await handOverOwnership(ctx, input)
  expect(await ownersOf(partner.id)).toMatchObject([{ userId: heir.viewer.userId }])
  await expect(handOverOwnership(ctx, input)).rejects.toThrow(Forbidden)
})
