import { Forbidden, InvalidInput, InvalidState, NotFound } from '@tikitu/kit/base/errors'
import { applyConfigChange } from '@tikitu/kit/context/settings'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { colleague, company, ctxOf, factsAbout, migrations, staffOf, today } from '../../../test/factories.ts'
import { bankAccounts } from '../../db/tables/bank.ts'
import { partnerMembers } from '../../db/tables/partners.ts'
import { MemberTooNew, SecondApproverRequired } from '../../errors.ts'
import { handOverOwnership } from '../members/hand-over-ownership.ts'
import { suspendPartner } from '../partners/partner-standing.ts'
import { readBankNumber } from './bank-number.ts'
import { confirmBankAccount, openPayouts } from './confirm-bank-account.ts'
import { proposeBankAccount } from './propose-bank-account.ts'
import { withdrawBankAccount } from './withdraw-bank-account.ts'

const database = useDatabase(migrations)
const iban = { holderName: 'Globe Theatre Ltd', country: 'GB', accountNumber: 'GB82 WEST 1234 5698 7654 32' }
const otherIban = { ...iban, country: 'DE', accountNumber: 'DE89370400440532013000' }

async function accountsOf(partnerId: string) {
  return await database.db.select().from(bankAccounts).where(eq(bankAccounts.partnerId, partnerId))
}

test('allows payouts once a second person confirmed the account, and shows nobody the number', async () => {
  const { partner, owner } = await company(database)
  const ctx = ctxOf(database, owner)
  const proposed = await proposeBankAccount(ctx, { partnerId: partner.id, ...iban })
  expect(proposed).toMatchObject({ status: 'PROPOSED', accountNumber: 'GB82WEST12345698765432' })
  await expect(confirmBankAccount(ctx, proposed.id)).rejects.toThrow(SecondApproverRequired)
  const manager = await colleague(database, partner, 'MANAGER')
  const confirmed = await confirmBankAccount(ctxOf(database, manager.viewer), proposed.id)
  expect(confirmed).toMatchObject({ status: 'IN_USE', confirmedBy: manager.viewer.userId })
  await expect(confirmBankAccount(ctxOf(database, manager.viewer), proposed.id)).rejects.toThrow(InvalidState)
  const facts = [...(await factsAbout(database, partner.id)), ...(await factsAbout(database, proposed.id))]
  const payoutsFrom = '2027-03-04T10:00:00.000Z'
  const changed = facts.filter((fact) => fact.name === 'partner.changed').at(-1)?.data
  expect(changed).toMatchObject({ mayBePaidOut: false, payoutsFrom })
  await openPayouts(ctxOf(database, manager.viewer, new Date(payoutsFrom)), partner.id)
  const opened = (await factsAbout(database, partner.id)).filter((fact) => fact.name === 'partner.changed').at(-1)?.data
  expect(opened).toMatchObject({ mayBePaidOut: true, payoutsFrom })
  expect(JSON.stringify(facts)).not.toContain('98765432')
  await suspendPartner(staffOf(database), { partnerId: partner.id, reason: 'Under investigation.' })
  const states = (await factsAbout(database, partner.id)).filter((fact) => fact.name === 'partner.changed')
  expect(states.at(-1)?.data).toMatchObject({ mayBePaidOut: false })
})

test('keeps the account in use until the next one is confirmed, and one of each at most', async () => {
  const { partner, owner } = await company(database)
  const ctx = ctxOf(database, owner)
  const first = await proposeBankAccount(ctx, { partnerId: partner.id, ...iban })
  await confirmBankAccount(staffOf(database), first.id)
  await Promise.all([1, 2, 3].map(() => proposeBankAccount(ctx, { partnerId: partner.id, ...otherIban })))
  const statuses = (await accountsOf(partner.id)).map((account) => account.status).toSorted()
  expect(statuses).toEqual(['IN_USE', 'PROPOSED', 'WITHDRAWN', 'WITHDRAWN'])
  const waiting = (await accountsOf(partner.id)).find((account) => account.status === 'PROPOSED')
  await confirmBankAccount(staffOf(database), waiting?.id ?? '')
  expect(await accountsOf(partner.id)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ id: first.id, status: 'REPLACED' }),
      expect.objectContaining({ id: waiting?.id, status: 'IN_USE' }),
    ]),
  )
})

test('lets the database refuse that one person confirms their own account', async () => {
  const { partner, owner } = await company(database)
  const { id } = await proposeBankAccount(ctxOf(database, owner), { partnerId: partner.id, ...iban })
  const forged = database.db
    .update(bankAccounts)
    .set({ status: 'IN_USE', confirmedBy: owner.userId })
    .where(eq(bankAccounts.id, id))
  await expect(forged).rejects.toMatchObject({ cause: { constraint: 'bank_accounts_two_persons' } })
  const unconfirmed = database.db.update(bankAccounts).set({ status: 'IN_USE' }).where(eq(bankAccounts.id, id))
  await expect(unconfirmed).rejects.toMatchObject({ cause: { constraint: 'bank_accounts_confirmed' } })
})

test('lets owners propose, and managers and staff confirm or withdraw', async () => {
  const { partner, owner } = await company(database)
  const manager = await colleague(database, partner, 'MANAGER')
  const clerk = await colleague(database, partner, 'BOX_OFFICE')
  const input = { partnerId: partner.id, ...iban }
  await expect(proposeBankAccount(ctxOf(database, manager.viewer), input)).rejects.toThrow(Forbidden)
  await expect(proposeBankAccount(ctxOf(database), input)).rejects.toThrow(NotFound)
  const { id } = await proposeBankAccount(ctxOf(database, owner), input)
  await expect(confirmBankAccount(ctxOf(database, clerk.viewer), id)).rejects.toThrow(Forbidden)
  await expect(confirmBankAccount(ctxOf(database), id)).rejects.toThrow(NotFound)
  expect(await withdrawBankAccount(ctxOf(database, owner), id)).toMatchObject({ status: 'WITHDRAWN' })
  await expect(confirmBankAccount(staffOf(database), id)).rejects.toThrow(InvalidState)
})

test.each([
  ['a wrong check digit', 'GB', 'GB83WEST12345698765432', null],
  ['a digit too few', 'DE', 'DE8937040044053201300', null],
  ['digits where the country has letters', 'GB', 'GB25123412345698765432', null],
  ['a wrong national check digit', 'BE', 'BE41539007547035', null],
  ['an IBAN with a code that the registry does not give', 'GF', 'GF4120041010050500013M02606', null],
  ['the IBAN of another country', 'DE', 'GB82WEST12345698765432', null],
  ['a number without a bank where there are no IBANs', 'ID', '1234567890', null],
  ['a number with other characters', 'US', '12345;678', '021000021'],
])('refuses %s', (...[, country, accountNumber, bankCode]) => {
  expect(() => readBankNumber(country, { accountNumber, bankCode })).toThrow(InvalidInput)
})

test('reads numbers as people write them', () => {
  expect(readBankNumber('DE', { accountNumber: 'de89 3704 0044 0532 0130 00' })).toEqual({
    accountNumber: 'DE89370400440532013000',
    bankCode: null,
  })
  expect(readBankNumber('GF', { accountNumber: 'FR14 2004 1010 0505 0001 3M02 606' })).toEqual({
    accountNumber: 'FR1420041010050500013M02606',
    bankCode: null,
  })
  expect(readBankNumber('US', { accountNumber: '12345-678', bankCode: '021000021' })).toEqual({
    accountNumber: '12345678',
    bankCode: '021000021',
  })
})

test('lets no recent member confirm, and staff at any time', async () => {
  const { partner, owner } = await company(database)
  const input = { partnerId: partner.id, ...iban }
  const { id } = await proposeBankAccount(ctxOf(database, owner), input)
  const accomplice = await colleague(database, partner, 'MANAGER')
  await database.db.update(partnerMembers).set({ joinedAt: today }).where(eq(partnerMembers.id, accomplice.member.id))
  const late = (days: number) => ctxOf(database, accomplice.viewer, new Date(today.getTime() + days * 86_400_000))
  const refusal = await confirmBankAccount(late(29), id).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(MemberTooNew)
  expect(refusal).toMatchObject({ mayConfirmFrom: new Date('2027-03-31T10:00:00Z') })
  await confirmBankAccount(staffOf(database), id)
  const second = await proposeBankAccount(ctxOf(database, owner), input)
  await confirmBankAccount(late(30), second.id)
})

test('uses the days configured for the partner', async () => {
  const { partner, owner } = await company(database)
  const { id } = await proposeBankAccount(ctxOf(database, owner), { partnerId: partner.id, ...iban })
  const manager = await colleague(database, partner, 'MANAGER')
  await database.db.update(partnerMembers).set({ joinedAt: today }).where(eq(partnerMembers.id, manager.member.id))
  const ctx = ctxOf(database, manager.viewer)
  const scope = partner.id
  await applyConfigChange(ctx, { key: 'partner.bankAccountMemberDays', scope, value: 0, version: 1 })
  await applyConfigChange(ctx, { key: 'partner.bankAccountWaitDays', scope, value: 10, version: 1 })
  const confirmed = await confirmBankAccount(ctx, id)
  expect(confirmed.usableFrom).toEqual(new Date('2027-03-11T10:00:00Z'))
})

test('notifies every owner and manager of a proposal, a confirmation and a withdrawal', async () => {
  const { partner, owner } = await company(database)
  const manager = await colleague(database, partner, 'MANAGER')
  await colleague(database, partner, 'BOX_OFFICE')
  const input = { partnerId: partner.id, ...iban }
  const { id } = await proposeBankAccount(ctxOf(database, owner), input)
  await confirmBankAccount(ctxOf(database, manager.viewer), id)
  const withdrawn = await proposeBankAccount(ctxOf(database, owner), input)
  await withdrawBankAccount(ctxOf(database, manager.viewer), withdrawn.id)
  const told = async (accountId: string) =>
    (await factsAbout(database, accountId)).filter((fact) => fact.name === 'partner.bankAccountChanged')
  const memberIds = [owner.userId, manager.viewer.userId]
  expect((await told(id)).map((fact) => fact.data)).toMatchObject([
    { status: 'PROPOSED', memberIds, lastFour: '5432', payoutsFrom: null },
    { status: 'IN_USE', memberIds, lastFour: '5432', payoutsFrom: '2027-03-04T10:00:00.000Z' },
  ])
  expect((await told(withdrawn.id)).map((fact) => fact.data['status'])).toEqual(['PROPOSED', 'WITHDRAWN'])
})

test('confirms no account whose proposer is no longer an owner', async () => {
  const { partner, owner } = await company(database)
  const { id } = await proposeBankAccount(ctxOf(database, owner), { partnerId: partner.id, ...iban })
  const heir = await colleague(database, partner, 'MANAGER')
  await handOverOwnership(ctxOf(database, owner), { memberId: heir.member.id, partnerId: partner.id })
  await expect(confirmBankAccount(ctxOf(database, heir.viewer), id)).rejects.toThrow('is WITHDRAWN')
  await expect(confirmBankAccount(staffOf(database), id)).rejects.toThrow('is WITHDRAWN')
})
