import { Forbidden, InvalidInput, InvalidState, NotFound, VersionConflict } from '@tikitu/kit/base/errors'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { expect, test } from 'vitest'
import { colleague, company, ctxOf, factsAbout, migrations, staffOf } from '../../../test/factories.ts'
import { updatePartner } from './update-partner.ts'

const database = useDatabase(migrations)

test('changes what is given, clears what is null, and keeps the rest', async () => {
  const { partner, owner } = await company(database, { description: 'Plays', website: 'https://old.example/' })
  const input = { partnerId: partner.id, name: 'New Globe', website: null, expectedVersion: 1 }
  const changed = await updatePartner(ctxOf(database, owner), input)
  expect(changed).toMatchObject({ name: 'New Globe', description: 'Plays', website: null, version: 2 })
  expect(await factsAbout(database, partner.id)).toMatchObject([
    { name: 'partner.changed', data: { version: 2, name: 'New Globe', status: 'VERIFIED', maySell: true } },
    { name: 'partner.audited', data: { action: 'updatePartner', changes: { fields: ['website', 'name'] } } },
  ])
})

test('refuses a change based on an older version', async () => {
  const { partner, owner } = await company(database)
  const ctx = ctxOf(database, owner)
  const renamings = ['Swan', 'Rose'].map((name) =>
    updatePartner(ctx, { partnerId: partner.id, name, expectedVersion: 1 }),
  )
  const outcomes = await Promise.allSettled(renamings)
  expect(outcomes.map((outcome) => outcome.status).toSorted()).toEqual(['fulfilled', 'rejected'])
  expect(outcomes.find((outcome) => outcome.status === 'rejected')?.reason).toBeInstanceOf(VersionConflict)
})

test.each(['SUBMITTED', 'UNDER_REVIEW', 'VERIFIED', 'SUSPENDED'] as const)(
  'keeps what a partner is examined for while it is %s',
  async (status) => {
    const { partner, owner } = await company(database, { status })
    const ctx = ctxOf(database, owner)
    await expect(updatePartner(ctx, { partnerId: partner.id, legalName: 'Other Ltd' })).rejects.toThrow(InvalidState)
    await updatePartner(ctx, { partnerId: partner.id, description: 'Open again' })
  },
)

test('lets an applicant correct a returned application', async () => {
  const { partner, owner } = await company(database, { status: 'CHANGES_REQUESTED' })
  const changed = await updatePartner(ctxOf(database, owner), { partnerId: partner.id, legalName: 'Globe plc' })
  expect(changed.legalName).toBe('Globe plc')
})

test('is for managers: not for lower roles, strangers or staff, and not once the partner is closed', async () => {
  const { partner, owner } = await company(database)
  const input = { partnerId: partner.id, name: 'Mine' }
  const clerk = await colleague(database, partner, 'BOX_OFFICE')
  await expect(updatePartner(ctxOf(database, clerk.viewer), input)).rejects.toThrow(Forbidden)
  await expect(updatePartner(ctxOf(database, testUser()), input)).rejects.toThrow(NotFound)
  await expect(updatePartner(staffOf(database), input)).rejects.toThrow(Forbidden)
  await expect(updatePartner(ctxOf(database, owner), { ...input, name: 'x'.repeat(121) })).rejects.toThrow(InvalidInput)
  const closed = await company(database, { status: 'TERMINATED' })
  const onClosed = updatePartner(ctxOf(database, closed.owner), { partnerId: closed.partner.id, name: 'Open' })
  await expect(onClosed).rejects.toThrow(InvalidState)
})
