import { anonymous } from '@tikitu/kit/auth/viewer'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { entityMatrix } from '@tikitu/kit/testing/graphql/entity-matrix'
import { expect, test } from 'vitest'
import { suspendUser } from '../src/domain/account/suspend-user.ts'
import { addAddress } from '../src/domain/profile/add-address.ts'
import { updateProfile } from '../src/domain/profile/update-profile.ts'
import { useCognito } from './cognito.ts'
import { administrator, ctxOf, migrations, person, userOn } from './factories.ts'

const database = useDatabase(migrations)
const cognito = useCognito()
const world = { database, cognito }

test('shows each caller what the committed matrix says of an entity, however it is reached', async () => {
  const admin = await administrator(world)
  const owner = await person(world)
  const suspended = await person(world, { groups: ['user', 'admin', 'admin:superadmin'] })
  const ctx = ctxOf(world, owner.viewer)
  await addAddress(ctx, { lines: ['Dam 1'], city: 'Amsterdam', country: 'NL' })
  await updateProfile(ctx, { phone: '+31201234567', avatarUrl: 'https://example.org/a.png' })
  await suspendUser(admin.ctx, { userId: suspended.row.id, reason: 'fraud' })
  const callers = {
    anonymous,
    owner: owner.viewer,
    'other user': (await person(world)).viewer,
    partner: (await person(world, { groups: ['user', 'partner'] })).viewer,
    admin: admin.viewer,
    'suspended admin': suspended.viewer,
  }
  const matrix = await entityMatrix(await userOn(world), callers, { User: { id: owner.row.id } })
  await expect(matrix).toMatchFileSnapshot('entity-matrix.md')
})
