import { anonymous } from '@tikitu/kit/auth/viewer'
import { newId } from '@tikitu/kit/base/ids'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { callAs } from '@tikitu/kit/testing/graphql/subgraph'
import { beforeAll, expect, test } from 'vitest'
import { requireStaff } from '../src/domain/staff/require-staff.ts'
import { adminOn, deliverTo, member, migrations, superadminOf } from './factories.ts'

const database = useDatabase(migrations)
const deliver = deliverTo(database)
const partnerId = newId('ptr')
let subgraph: Awaited<ReturnType<typeof adminOn>>

beforeAll(async () => {
  await requireStaff(superadminOf(database).ctx)
  subgraph = await adminOn(database)
})

test('answers staff, log, configuration, flags and figures to a superadmin in one request', async () => {
  await deliver(
    'booking.audited',
    {
      action: 'publishEvent',
      subjectType: 'Event',
      subjectId: 'shw_1',
      partnerId,
      reason: null,
      changes: { status: { from: 'DRAFT', to: 'PUBLISHED' } },
    },
    { actor: 'usr_00000000000000000000000001' },
  )
  const query = /* GraphQL */ `{
    _entities(representations: [{ __typename: "User", id: "usr_00000000000000000000000001" }]) { ... on User { staffMember { role user { id } } } }
    adminUsers { edges { node { role } } pageInfo { hasNextPage } }
    auditLog(filter: { tenant: "${partnerId}" }) { edges { node { action sequence changes { path before after } actorId actor { id } partner { id } hash occurredAt } } }
    auditLogVerification(tenant: "${partnerId}") { isIntact entries brokenAtSequence }
    auditLogExport(tenant: "${partnerId}") { lastSequence }
    config { key value valueSchema partner { id } isSet version history { edges { node { version } } } }
    featureFlags { key }
    dashboard(filter: { days: { from: "2027-03-01", before: "2027-04-01" } }) { total { ticketsSold captured { amountMinor } } days { day } occupancy { edges { node { sold } } } }
  }`
  const { data, errors } = await callAs(subgraph, superadminOf(database).viewer, { query })
  expect(errors).toBeUndefined()
  expect(data).toMatchObject({
    _entities: [{ staffMember: { role: 'SUPERADMIN', user: { id: 'usr_00000000000000000000000001' } } }],
    auditLog: {
      edges: [
        {
          node: {
            action: 'publishEvent',
            sequence: 1,
            changes: [{ path: 'status', before: 'DRAFT', after: 'PUBLISHED' }],
            actorId: 'usr_00000000000000000000000001',
            actor: { id: 'usr_00000000000000000000000001' },
            partner: { id: partnerId },
          },
        },
      ],
    },
    auditLogVerification: { isIntact: true, entries: 1, brokenAtSequence: null },
    auditLogExport: { lastSequence: 1 },
    dashboard: { total: { ticketsSold: 0, captured: [] } },
  })
})

test('changes through mutations, with refusals as data', async () => {
  const { viewer } = superadminOf(database)
  const other = await member(database, 'SUPPORT')
  const query = /* GraphQL */ `mutation ($id: ID!, $own: ID!) {
    changeAdminRole(input: { id: $id, role: FINANCE }) { __typename ... on AdminUser { role version } }
    mine: removeAdminUser(input: { id: $own }) { __typename ... on Refusal { code message } }
    setConfig(input: { key: "payment.commissionBasisPoints", value: 300, expectedVersion: 0 }) {
      ... on ConfigEntry { value version history { edges { node { changedById changedBy { id } } } } }
    }
    late: setConfig(input: { key: "payment.commissionBasisPoints", value: 1, expectedVersion: 0 }) { ... on VersionConflict { code currentVersion } }
    setFeatureFlag(input: { key: "waiting-room", description: "Queue", isEnabled: true, expectedVersion: 0 }) { ... on FeatureFlag { key percentage version } }
  }`
  const own = (await requireStaff(superadminOf(database).ctx)).id
  const { data, errors } = await callAs(subgraph, viewer, { query, variables: { id: other.row.id, own } })
  expect(errors).toBeUndefined()
  expect(data).toMatchObject({
    changeAdminRole: { __typename: 'AdminUser', role: 'FINANCE', version: 2 },
    mine: { __typename: 'LastSuperadmin', code: 'LAST_SUPERADMIN' },
    setConfig: {
      value: 300,
      version: 1,
      history: { edges: [{ node: { changedById: viewer.userId, changedBy: { id: viewer.userId } } }] },
    },
    late: { code: 'VERSION_CONFLICT', currentVersion: 1 },
    setFeatureFlag: { key: 'waiting-room', percentage: 100, version: 1 },
  })
})

test('shows nothing to whoever is not an admin, and features to everybody', async () => {
  const asUser = await callAs(subgraph, testUser(), { query: '{ adminUsers { edges { cursor } } }' })
  expect(asUser).toMatchObject({ data: { adminUsers: null }, errors: [{ extensions: { code: 'FORBIDDEN' } }] })
  const asNobody = await callAs(subgraph, anonymous, { query: '{ auditLog { edges { cursor } } features }' })
  expect(asNobody.errors?.map((error) => error.extensions?.['code'])).toContain('UNAUTHENTICATED')
  expect((await callAs(subgraph, anonymous, { query: '{ features }' })).errors).toBeUndefined()
})
