import { anonymous } from '@tikitu/kit/auth/viewer'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { entityMatrix } from '@tikitu/kit/testing/graphql/entity-matrix'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { partners } from '../src/db/tables/partners.ts'
import { proposeBankAccount } from '../src/domain/bank-accounts/propose-bank-account.ts'
import { createLayout } from '../src/domain/layouts/create-layout.ts'
import { inviteMember } from '../src/domain/members/invite-member.ts'
import { colleague, company, ctxOf, handIn, house, migrations, partnerOn, plan, testAdmin } from './factories.ts'

const database = useDatabase(migrations)

/** A public partner, or one that is only applying, with one of everything. */
async function settled(status: 'VERIFIED' | 'CHANGES_REQUESTED') {
  const { partner, owner } = await company(database)
  const { viewer: scanner } = await colleague(database, partner, 'SCANNER')
  const partnerId = partner.id
  const ctx = ctxOf(database, owner)
  const venue = await house(database, partner)
  const layout = await createLayout(ctx, { venueId: venue.id, name: 'Draft', document: plan() })
  await inviteMember(ctx, { partnerId, email: 'bob@example.org', role: 'SCANNER' })
  await proposeBankAccount(ctx, {
    partnerId,
    holderName: 'Globe',
    country: 'DE',
    accountNumber: 'DE89370400440532013000',
  })
  await handIn(ctx, { partnerId })
  await database.db.update(partners).set({ status }).where(eq(partners.id, partnerId))
  return { partner, owner, scanner, venue, layout }
}

test.each(['VERIFIED', 'CHANGES_REQUESTED'] as const)(
  'shows each caller what the committed matrix says of the entities of a partner that is %s',
  async (status) => {
    const { partner, owner, scanner, venue, layout } = await settled(status)
    const callers = {
      anonymous,
      user: testUser(),
      'member (owner)': owner,
      'member (scanner)': scanner,
      'other partner': (await company(database)).owner,
      admin: testAdmin(),
    }
    const matrix = await entityMatrix(await partnerOn(database), callers, {
      Partner: { id: partner.id },
      User: { id: owner.userId },
      Venue: { id: venue.id },
      Layout: { id: layout.id },
    })
    await expect(matrix).toMatchFileSnapshot(`entity-matrix.${status.toLowerCase()}.md`)
  },
)
