import { useDatabase } from '@tikitu/kit/testing/database/database'
import { unexpectedErrorsOnBadInput } from '@tikitu/kit/testing/graphql/bad-input'
import { expect, test } from 'vitest'
import { requireStaff } from '../src/domain/staff/require-staff.ts'
import { adminOn, member, migrations, superadminOf } from './factories.ts'

const database = useDatabase(migrations)

test('answers no bad value with an unexpected error', async () => {
  const { viewer, ctx } = superadminOf(database)
  await requireStaff(ctx)
  const { row } = await member(database, 'SUPPORT')
  const known = { id: row.id, userId: row.userId, expectedVersion: 0, role: 'FINANCE', version: 1 }
  const entities = { AdminUser: row.id }
  const setting = { ...known, key: 'payment.commissionBasisPoints', value: 5, scope: 'platform' }
  const subgraph = await adminOn(database)
  expect(await unexpectedErrorsOnBadInput(subgraph, viewer, { known, entities })).toEqual([])
  expect(await unexpectedErrorsOnBadInput(subgraph, viewer, { known: setting, entities })).toEqual([])
}, 60_000)
