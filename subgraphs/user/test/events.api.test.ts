import { withAccessHandlers } from '@tikitu/kit/access/access-subjects'
import { generateServiceKeys, localKeys, signDetached } from '@tikitu/kit/auth/signing-keys'
import { newId } from '@tikitu/kit/base/ids'
import { readConfig } from '@tikitu/kit/context/settings'
import { createInbox } from '@tikitu/kit/messaging/inbox'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { events, eventsConsumedBy } from '@tikitu/schema/events/registry'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { handlers } from '../src/events.ts'
import { ctxOf, migrations } from './factories.ts'

const database = useDatabase(migrations)
const admin = await generateServiceKeys('admin')
const receive = createInbox({ registry: events, handlers, keysOf: () => localKeys(admin.jwks) })

test('handles every kind of event that is sent to it, and no other', () => {
  expect(Object.keys(withAccessHandlers('user', handlers)).toSorted()).toEqual(eventsConsumedBy('user').toSorted())
})

test('keeps a configuration value that admin signed, once, and refuses one that somebody altered', async () => {
  const ctx = ctxOf({ database }, { kind: 'service', service: 'admin' })
  const event = {
    specversion: '1.0',
    id: newId('evt'),
    source: 'tikitu/admin',
    type: 'tikitu.admin.configChanged.v1',
    time: '2027-03-01T10:00:00.000Z',
    datacontenttype: 'application/json',
    subject: 'user.minutes',
    actor: 'usr_1',
    requestid: 'req_1',
    data: { key: 'user.minutes', scope: 'platform', value: 5, version: 1 },
  }
  const body = JSON.stringify(event)
  const signature = await signDetached(admin, body)
  expect(await receive(ctx, body, signature)).toEqual({ status: 204, message: 'handled' })
  expect(await receive(ctx, body, signature)).toEqual({ status: 204, message: 'handled before' })
  expect((await receive(ctx, body.replace('"value":5', '"value":9'), signature)).status).toBe(401)
  expect(await readConfig(ctx, { key: 'user.minutes', type: z.number(), fallback: 1 })).toBe(5)
})
