import { anonymous, type Viewer } from '@tikitu/kit/auth/viewer'
import { newId } from '@tikitu/kit/base/ids'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { callAs } from '@tikitu/kit/testing/graphql/subgraph'
import { expect, test } from 'vitest'
import { suppressAddress } from '../src/domain/preferences/suppressions.ts'
import {
  admin,
  ctxOf,
  deliverAll,
  fakeMailServer,
  fieldOf,
  issued,
  migrations,
  notificationOn,
  person,
  take,
} from './factories.ts'

const database = useDatabase(migrations)

async function call(viewer: Viewer, query: string, variables: object = {}) {
  return await callAs(await notificationOn(database), viewer, { query, variables: { ...variables } })
}

const suppress = `mutation ($input: SuppressAddressInput!) { suppressAddress(input: $input) {
  ... on SuppressedAddress { channel address reason detail } ... on Refusal { code message } } }`
const lift = `mutation ($input: LiftSuppressionInput!) { liftSuppression(input: $input) {
  ... on ChannelAddress { channel address } ... on Refusal { code message } } }`

test('reads an address that is none in a moment, however long it is', async () => {
  const ctx = ctxOf(database, { viewer: admin })
  const begunAt = performance.now()
  for (const address of [
    `${'@'.repeat(100_000)} x`,
    'a@b@c.example',
    'a@',
    '@a',
    'a b@c.example',
    `${'a'.repeat(250)}@b.example`,
  ])
    await expect(suppressAddress(ctx, { channel: 'EMAIL', address })).rejects.toThrow(
      'address: must be an e-mail address',
    )
  expect(performance.now() - begunAt).toBeLessThan(1_000)
})

test('stops mail to an address, and lets it go there again', async () => {
  const ctx = ctxOf(database, { channels: fakeMailServer().channels })
  const ada = await person(ctx)
  const input = { channel: 'EMAIL', address: String(ada.email).toUpperCase() }
  const made = await call(admin, suppress, { input: { ...input, detail: 'asked by telephone' } })
  expect(made.data).toMatchObject({ suppressAddress: { address: ada.email, reason: 'MANUAL' } })
  expect((await call(admin, suppress, { input })).data).toMatchObject({
    suppressAddress: { detail: 'asked by telephone' },
  })
  await take(ctx, 'booking.ticketsIssued', issued(ada.userId))
  expect(await deliverAll(ctx, ada.userId)).toMatchObject({ EMAIL: 'SUPPRESSED' })
  const query = `query ($filter: SuppressedAddressFilter) { suppressedAddresses(filter: $filter) { edges { node { address } } } }`
  const found = await call(admin, query, { filter: { address: input.address } })
  expect(found.data).toEqual({ suppressedAddresses: { edges: [{ node: { address: ada.email } }] } })
  expect((await call(admin, lift, { input })).data).toEqual({
    liftSuppression: { channel: 'EMAIL', address: ada.email },
  })
  const twice = await call(admin, lift, { input })
  expect(twice.data).toMatchObject({ liftSuppression: { code: 'NOT_FOUND' } })
  for (const bad of [
    { channel: 'PUSH', address: 'a@b.c' },
    { channel: 'SMS', address: '0123' },
  ]) {
    const refused = await call(admin, suppress, { input: bad })
    expect(refused.data).toMatchObject({ suppressAddress: { code: 'BAD_USER_INPUT' } })
  }
})

test('returns the suppressed address also when another member of staff lifts it at that moment', async () => {
  const input = { channel: 'EMAIL', address: `${newId('x')}@example.org` }
  for (let i = 0; i < 10; i++) {
    await call(admin, suppress, { input })
    const [again] = await Promise.all([call(admin, suppress, { input }), call(admin, lift, { input })])
    expect(again.data).toMatchObject({ suppressAddress: { address: input.address, reason: 'MANUAL' } })
  }
})

test('pages through suppressed addresses without losing or repeating one', async () => {
  for (let i = 0; i < 5; i++) {
    await call(admin, suppress, { input: { channel: 'EMAIL', address: `p${i}-${newId('x')}@example.org` } })
  }
  const query = `query ($first: Int, $after: String, $last: Int, $before: String) { suppressedAddresses(first: $first, after: $after, last: $last, before: $before) {
    pageInfo { hasNextPage endCursor hasPreviousPage startCursor } edges { node { address } } } }`
  interface Addresses {
    edges: { node: { address: string } }[]
    pageInfo: { hasNextPage: boolean; endCursor: string; hasPreviousPage: boolean; startCursor: string }
  }
  const read = async (args: object) => fieldOf<Addresses>(await call(admin, query, args), 'suppressedAddresses')
  const seen: string[] = []
  for (let page = await read({ first: 2 }); ; page = await read({ first: 2, after: page.pageInfo.endCursor })) {
    seen.push(...page.edges.map((edge) => edge.node.address))
    if (!page.pageInfo.hasNextPage) break
  }
  expect(seen.length).toBeGreaterThanOrEqual(5)
  expect(new Set(seen).size).toBe(seen.length)
  const backwards: string[] = []
  for (let page = await read({ last: 2 }); ; page = await read({ last: 2, before: page.pageInfo.startCursor })) {
    backwards.unshift(...page.edges.map((edge) => edge.node.address))
    if (!page.pageInfo.hasPreviousPage) break
  }
  expect(backwards).toEqual(seen)
})

test('is for staff alone', async () => {
  const input = { channel: 'EMAIL', address: 'a@example.org' }
  for (const query of [suppress, lift, '{ suppressedAddresses { edges { cursor } } }']) {
    const asUser = await call(testUser({ groups: ['user', 'partner'] }), query, { input })
    expect(asUser.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' })
    const asNobody = await call(anonymous, query, { input })
    expect(asNobody.errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' })
  }
})
