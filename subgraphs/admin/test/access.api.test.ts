import { anonymous } from '@tikitu/kit/auth/viewer'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { accessMatrix } from '@tikitu/kit/testing/graphql/access-matrix'
import { callersWithoutRights } from '@tikitu/kit/testing/graphql/callers'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { expect, test } from 'vitest'
import { setFeatureFlag } from '../src/domain/settings/set-feature-flag.ts'
import { removeAdminUser } from '../src/domain/staff/change-admin-role.ts'
import { requireStaff } from '../src/domain/staff/require-staff.ts'
import { adminOn, deliverTo, member, migrations, superadminOf } from './factories.ts'

const database = useDatabase(migrations)
const outcome = '{ __typename ... on Refusal { code } }'

test('lets each caller do what the committed matrix says, and nothing else', async () => {
  const superadmin = superadminOf(database)
  await requireStaff(superadmin.ctx)
  await setFeatureFlag(superadmin.ctx, { key: 'open', description: 'For all', isEnabled: true, expectedVersion: 0 })
  await deliverTo(database)('booking.expired', {
    bookingId: 'bkg_1',
    reference: 'K',
    userId: 'usr_1',
    partnerId: 'ptr_1',
    performanceId: 'prf_1',
  })
  const other = await member(database, 'COMPLIANCE')
  const known = testUser()
  await deliverTo(database)('user.changed', {
    userId: known.userId,
    version: 1,
    status: 'ACTIVE',
    email: null,
    phone: null,
    name: null,
    locale: 'en',
    timeZone: 'UTC',
    marketingConsent: false,
  })
  const dismissed = await member(database, 'SUPERADMIN')
  await removeAdminUser(superadmin.ctx, { id: dismissed.row.id })
  const callers = {
    anonymous,
    user: testUser(),
    partner: testUser({ groups: ['user', 'partner'] }),
    support: (await member(database, 'SUPPORT')).viewer,
    finance: (await member(database, 'FINANCE')).viewer,
    compliance: (await member(database, 'COMPLIANCE')).viewer,
    superadmin: superadmin.viewer,
    ...(await callersWithoutRights(superadmin.ctx)),
    'dismissed superadmin': dismissed.viewer,
  }
  const days = '{ days: { from: "2027-03-01", before: "2027-03-03" } }'
  const matrix = await accessMatrix(await adminOn(database), callers, {
    'Query.me': 'me { id }',
    'Query.adminUsers': 'adminUsers { edges { cursor } }',
    'Query.auditLog': 'auditLog { edges { cursor } }',
    'Query.auditLogExport': 'auditLogExport { lastSequence }',
    'Query.auditLogVerification': 'auditLogVerification { isIntact }',
    'Query.config': 'config { key }',
    'Query.featureFlags': 'featureFlags { key }',
    'Query.features': 'features',
    'Query.dashboard': `dashboard(filter: ${days}) { days { day } }`,
    'Mutation.addAdminUser': `addAdminUser(input: { userId: "${known.userId}", role: SUPPORT }) ${outcome}`,
    'Mutation.changeAdminRole': `changeAdminRole(input: { id: "${other.row.id}", role: FINANCE }) ${outcome}`,
    'Mutation.removeAdminUser': `removeAdminUser(input: { id: "${other.row.id}" }) ${outcome}`,
    'Mutation.setConfig': `setConfig(input: { key: "payment.commissionBasisPoints", value: 1, expectedVersion: 0 }) ${outcome}`,
    'Mutation.setFeatureFlag': `setFeatureFlag(input: { key: "f", description: "f", isEnabled: false, expectedVersion: 0 }) ${outcome}`,
  })
  await expect(matrix).toMatchFileSnapshot('access-matrix.md')
})
