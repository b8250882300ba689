import { anonymous } from '@tikitu/kit/auth/viewer'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { entityMatrix } from '@tikitu/kit/testing/graphql/entity-matrix'
import { expect, test } from 'vitest'
import { listAuditEntries } from '../src/domain/audit/list-audit-entries.ts'
import { setFeatureFlag } from '../src/domain/settings/set-feature-flag.ts'
import { requireStaff } from '../src/domain/staff/require-staff.ts'
import { admin, adminOn, member, migrations, superadminOf } from './factories.ts'

const database = useDatabase(migrations)

test('shows each caller what the committed matrix says of an entity, however it is reached', async () => {
  const { viewer, ctx } = superadminOf(database)
  await requireStaff(ctx)
  await setFeatureFlag(ctx, { key: 'open', description: 'For all', isEnabled: true, expectedVersion: 0 })
  const support = await member(database, 'SUPPORT')
  const page = await listAuditEntries(ctx, {}, {})
  const callers = {
    anonymous,
    user: testUser(),
    partner: testUser({ groups: ['user', 'partner'] }),
    'in the group only': admin(),
    support: support.viewer,
    superadmin: viewer,
  }
  const matrix = await entityMatrix(await adminOn(database), callers, {
    AdminUser: { id: support.row.id },
    User: { id: support.viewer.userId },
    AuditEntry: { id: page.edges[0]?.node.id ?? '' },
  })
  await expect(matrix).toMatchFileSnapshot('entity-matrix.md')
})
