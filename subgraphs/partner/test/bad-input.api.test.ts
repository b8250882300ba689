import { useDatabase } from '@tikitu/kit/testing/database/database'
import { unexpectedErrorsOnBadInput } from '@tikitu/kit/testing/graphql/bad-input'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { expect, test } from 'vitest'
import { createLayout } from '../src/domain/layouts/create-layout.ts'
import {
  colleague,
  company,
  ctxOf,
  handIn,
  house,
  memberOf,
  migrations,
  partnerOn,
  plan,
  testAdmin,
  uploaded,
} from './factories.ts'

const database = useDatabase(migrations)

async function settled() {
  const { partner } = await company(database)
  const { viewer } = await colleague(database, partner, 'OWNER')
  const ctx = ctxOf(database, viewer)
  const venue = await house(database, partner)
  const layout = await createLayout(ctx, { venueId: venue.id, name: 'Standard', document: plan() })
  const document = await handIn(ctx, { partnerId: partner.id })
  const uploadId = await uploaded(ctx, partner.id)
  const member = await memberOf(database, partner, { role: 'SCANNER' })
  const known = {
    id: partner.id,
    partnerId: partner.id,
    venueId: venue.id,
    layoutId: layout.id,
    documentId: document.id,
    memberId: member.id,
    document: plan(),
    kind: 'IDENTITY',
    fileName: 'scan.pdf',
    uploadId,
    country: 'DE',
    accountNumber: 'DE89370400440532013000',
    reason: 'Because.',
    capacity: 1_000,
  }
  return { viewer, known, entities: { Partner: partner.id, Venue: venue.id, Layout: layout.id, User: viewer.userId } }
}

test('answers no bad value of a member with an unexpected error', async () => {
  const { viewer, known, entities } = await settled()
  expect(await unexpectedErrorsOnBadInput(await partnerOn(database), viewer, { known, entities })).toEqual([])
}, 120_000)

test('answers no bad value of staff with an unexpected error', async () => {
  const { known, entities } = await settled()
  const staff = { ...testUser(), ...testAdmin() }
  expect(await unexpectedErrorsOnBadInput(await partnerOn(database), staff, { known, entities })).toEqual([])
}, 120_000)
