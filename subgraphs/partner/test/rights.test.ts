import { Forbidden, InvalidState, NotFound } from '@tikitu/kit/base/errors'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import type { Ctx } from '../src/context.ts'
import { bankAccounts } from '../src/db/tables/bank.ts'
import { users } from '../src/db/tables/users.ts'
import { confirmBankAccount } from '../src/domain/bank-accounts/confirm-bank-account.ts'
import { proposeBankAccount } from '../src/domain/bank-accounts/propose-bank-account.ts'
import { uploadPartnerDocument } from '../src/domain/documents/upload-document.ts'
import { createLayout } from '../src/domain/layouts/create-layout.ts'
import { importLayout } from '../src/domain/layouts/import-layout.ts'
import { acceptInvitation } from '../src/domain/members/accept-invitation.ts'
import { changeMemberRole } from '../src/domain/members/change-member-role.ts'
import { handOverOwnership } from '../src/domain/members/hand-over-ownership.ts'
import { inviteMember } from '../src/domain/members/invite-member.ts'
import { removeMember } from '../src/domain/members/remove-member.ts'
import { createVenue } from '../src/domain/venues/create-venue.ts'
import { InvitationInvalid } from '../src/errors.ts'
import {
  colleague,
  company,
  ctxOf,
  factsAbout,
  house,
  memberOf,
  migrations,
  plan,
  staffOf,
  uploaded,
} from './factories.ts'

const database = useDatabase(migrations)
const iban = { holderName: 'Globe Theatre Ltd', country: 'DE', accountNumber: 'DE89370400440532013000' }

const oneSeat = {
  categories: [{ name: 'A' }],
  zones: [
    {
      position: { x: 0, y: 0 },
      rows: [{ row_number: '', seats: [{ seat_number: '1', category: 'A', position: { x: 0, y: 0 } }] }],
    },
  ],
}

/** An action with an idempotency key, to be repeated with the same key. */
async function keyed(ctx: Ctx, partnerId: string, venueId: string) {
  const key = (name: string) => ({ idempotencyKey: `${name}:${ctx.requestId}` })
  const uploadId = await uploaded(ctx, partnerId)
  const place = { addressLines: ['1 Park St'], city: 'London', country: 'GB', timeZone: 'Europe/London', capacity: 10 }
  return {
    createVenue: () => createVenue(ctx, { partnerId, name: 'Annex', ...place, ...key('venue') }),
    createLayout: () => createLayout(ctx, { venueId, name: 'Plan', document: plan(), ...key('layout') }),
    importLayout: () =>
      importLayout(ctx, { venueId, name: 'Plan', format: 'PRETIX_SEATING_PLAN', document: oneSeat, ...key('import') }),
    inviteMember: () => inviteMember(ctx, { partnerId, email: 'eve@example.org', role: 'SCANNER', ...key('invite') }),
    uploadPartnerDocument: () =>
      uploadPartnerDocument(ctx, {
        partnerId,
        kind: 'OTHER',
        fileName: 'a.pdf',
        uploadId,
        ...key('file'),
      }),
    proposeBankAccount: () => proposeBankAccount(ctx, { partnerId, ...iban, ...key('bank') }),
  }
}

test('returns no earlier result to a former member or to one with a lesser role', async () => {
  const { partner, owner } = await company(database)
  const venue = await house(database, partner)
  const [removed, demoted] = [await colleague(database, partner, 'OWNER'), await colleague(database, partner, 'OWNER')]
  const [gone, lesser] = [
    await keyed(ctxOf(database, removed.viewer), partner.id, venue.id),
    await keyed(ctxOf(database, demoted.viewer), partner.id, venue.id),
  ]
  for (const repeat of [...Object.values(gone), ...Object.values(lesser)]) {
    const { id } = await repeat()
    expect((await repeat()).id).toBe(id)
  }
  await removeMember(ctxOf(database, owner), removed.member.id)
  await changeMemberRole(ctxOf(database, owner), { memberId: demoted.member.id, role: 'SCANNER' })
  for (const repeat of Object.values(gone)) await expect(repeat()).rejects.toThrow(NotFound)
  for (const repeat of Object.values(lesser)) await expect(repeat()).rejects.toThrow(Forbidden)
})

test('does not return an earlier owner invitation to an inviter who is a manager now', async () => {
  const { partner, owner } = await company(database)
  const { viewer, member } = await colleague(database, partner, 'OWNER')
  const repeat = () =>
    inviteMember(ctxOf(database, viewer), {
      partnerId: partner.id,
      email: 'zoe@example.org',
      role: 'OWNER',
      idempotencyKey: 'owner',
    })
  await repeat()
  await changeMemberRole(ctxOf(database, owner), { memberId: member.id, role: 'MANAGER' })
  await expect(repeat()).rejects.toMatchObject({ code: 'INSUFFICIENT_ROLE' })
})

const statusOf = async (id: string) =>
  (await database.db.select().from(bankAccounts).where(eq(bankAccounts.id, id)))[0]?.status

test.each(['removed', 'demoted', 'successor named'])(
  'takes back the bank account that an owner proposed: %s',
  async (how) => {
    const { partner, owner } = await company(database)
    const { viewer, member } = await colleague(database, partner, 'OWNER')
    const { id } = await proposeBankAccount(ctxOf(database, viewer), { partnerId: partner.id, ...iban })
    if (how === 'removed') await removeMember(ctxOf(database, owner), member.id)
    else if (how === 'demoted') await changeMemberRole(ctxOf(database, owner), { memberId: member.id, role: 'MANAGER' })
    else {
      const heir = await memberOf(database, partner, { role: 'MANAGER' })
      await handOverOwnership(ctxOf(database, viewer), { partnerId: partner.id, memberId: heir.id })
    }
    expect(await statusOf(id)).toBe('WITHDRAWN')
    await expect(confirmBankAccount(staffOf(database), id)).rejects.toThrow(InvalidState)
    const audited = (await factsAbout(database, id)).filter(({ name }) => name === 'partner.audited')
    expect(audited.at(-1)?.data).toMatchObject({ action: 'withdrawBankAccount' })
  },
)

const suspend = (userId: string) =>
  database.db.insert(users).values({ id: userId, version: 2, status: 'SUSPENDED', email: null })

test('confirms no account and accepts no invitation of a suspended owner', async () => {
  const { partner, owner } = await company(database)
  const ctx = ctxOf(database, owner)
  const { id } = await proposeBankAccount(ctx, { partnerId: partner.id, ...iban })
  const invitation = await inviteMember(ctx, { partnerId: partner.id, email: 'kim@example.org', role: 'SCANNER' })
  const [mail] = (await factsAbout(database, invitation.id)).filter(({ name }) => name === 'partner.memberInvited')
  await suspend(owner.userId)
  await expect(confirmBankAccount(staffOf(database), id)).rejects.toThrow(InvalidState)
  const kim = ctxOf(database, testUser({ email: 'kim@example.org' }))
  await expect(acceptInvitation(kim, String(mail?.data['token']))).rejects.toThrow(InvitationInvalid)
})
