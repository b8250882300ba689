import { anonymous, type Viewer } from '@tikitu/kit/auth/viewer'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { callAs } from '@tikitu/kit/testing/graphql/subgraph'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { createPayment } from '../src/server.ts'
import { captured, ctxOf, depsOf, migrations, testAdmin } from './factories.ts'

const database = useDatabase(migrations)

async function call(viewer: Viewer, query: string, variables: Record<string, unknown> = {}) {
  return await callAs(await createPayment(depsOf(database)), viewer, { query, variables })
}

test('pages through the caller’s own payments in both directions, newest first, and shows them to nobody else', async () => {
  const ada = testUser()
  const ids = []
  for (let count = 0; count < 3; count++) ids.unshift((await captured(ctxOf(database, ada))).id)
  await captured(ctxOf(database))
  const query = /* GraphQL */ `
    query ($refs: [_Any!]!, $first: Int, $after: String, $last: Int, $before: String) {
      _entities(representations: $refs) {
        ... on User {
          payments(first: $first, after: $after, last: $last, before: $before) {
            edges { node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
          }
        }
      }
    }
  `
  const refs = [{ __typename: 'User', id: ada.userId }]
  interface Payments {
    edges: { node: { id: string } }[]
    pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string }
  }
  const read = async (page: object) => {
    const { data } = await call(ada, query, { refs, ...page })
    return (data as unknown as { _entities: [{ payments: Payments }] })._entities[0].payments
  }
  const first = await read({ first: 2 })
  const rest = await read({ first: 2, after: first.pageInfo.endCursor })
  expect([...first.edges, ...rest.edges].map(({ node }) => node.id)).toEqual(ids)
  expect([first.pageInfo.hasNextPage, rest.pageInfo.hasNextPage]).toEqual([true, false])
  const last = await read({ last: 2 })
  expect(last.edges.map(({ node }) => node.id)).toEqual(ids.slice(1))
  expect((await read({ last: 2, before: last.pageInfo.startCursor })).edges).toEqual(first.edges.slice(0, 1))
  for (const viewer of [testUser(), testAdmin(), anonymous])
    expect((await call(viewer, query, { refs })).data).toEqual({ _entities: [{ payments: null }] })
})

test('shows the latest hundred refunds of a payment, oldest first', async () => {
  const ada = testUser()
  const payment = await captured(ctxOf(database, ada))
  await database.db.execute(sql`
    insert into refunds (id, payment_id, partner_id, amount_minor, currency, cause, cause_id, status, requested_by, created_at)
    select 'rfd_' || lpad(n::text, 26, '0'), ${payment.id}, ${payment.partnerId}, 1, 'EUR', 'STAFF', n::text, 'REJECTED',
      'service:booking', now() from generate_series(1, 101) n`)
  const { data } = await call(ada, 'query ($id: ID!) { payment(id: $id) { refunds { id } } }', { id: payment.id })
  const { refunds } = (data as unknown as { payment: { refunds: { id: string }[] } }).payment
  expect(refunds).toHaveLength(100)
  expect([refunds[0]?.id, refunds.at(-1)?.id]).toEqual([2, 101].map((n) => `rfd_${String(n).padStart(26, '0')}`))
  const requester = await call(
    testAdmin(),
    '{ refunds(first: 1) { edges { node { requestedBy { id } requestedById } } } }',
  )
  expect(requester.data).toEqual({
    refunds: { edges: [{ node: { requestedBy: null, requestedById: 'service:booking' } }] },
  })
})
