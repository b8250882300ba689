import { anonymous, type Viewer } from '@tikitu/kit/auth/viewer'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { callAs } from '@tikitu/kit/testing/graphql/subgraph'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { createPayment } from '../src/server.ts'
import { captured, ctxOf, depsOf, migrations, testAdmin, today } from './factories.ts'

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

const copies = sql`generate_series(1, 101) n`
const idOf = (prefix: string) => sql`${`${prefix}_`} || lpad(n::text, 26, '0')`

test('shows the latest hundred of what a payment and its issue have no pages for, oldest first', async () => {
  const { id: paymentId, partnerId } = await captured(ctxOf(database))
  await database.db.execute(sql`
    insert into payment_attempts (id, payment_id, sequence, method, status, created_at)
    select ${idOf('att')}, ${paymentId}, n + 1, 'x', 'FAILED', now() from ${copies}`)
  await database.db.execute(sql`
    insert into refunds (id, payment_id, partner_id, amount_minor, currency, cause, cause_id, status, requested_by, created_at)
    select ${idOf('rfd')}, ${paymentId}, ${partnerId}, 1, 'EUR', 'STAFF', n::text, 'REJECTED', 'service:booking', now()
    from ${copies}`)
  await database.db.execute(sql`
    insert into payment_issues (id, key, kind, status, payment_id, provider, amount_minor, currency, resolution, opened_at)
    select ${idOf('iss')}, n::text, 'REFUND_FAILED', 'RESOLVED', ${paymentId}, 'sandbox', 1, 'EUR', 'SETTLED', now() from ${copies}`)
  await database.db.execute(sql`
    insert into payment_issue_steps (issue_id, version, step, status, actor, at)
    select 'iss_00000000000000000000000101', n, 'RETRY', 'OPEN', 'service:payment', ${today.toISOString()}::timestamptz + n * interval '1 second'
    from ${copies}`)
  const query = `query ($id: ID!) { payment(id: $id) {
    attempts { id } refunds { id requestedBy { id } requestedById } issues { id history { at user { id } } } } }`
  const { data, errors } = await call(testAdmin(), query, { id: paymentId })
  expect(errors).toBeUndefined()
  const lists = (data as unknown as { payment: Record<string, { id: string; history: { at: string }[] }[]> }).payment
  const { attempts, refunds, issues } = lists
  for (const [prefix, list] of Object.entries({ att: attempts, rfd: refunds, iss: issues })) {
    expect(list).toHaveLength(100)
    expect([list?.[0]?.id, list?.at(-1)?.id]).toEqual(['002', '101'].map((n) => `${prefix}_${n.padStart(26, '0')}`))
  }
  expect(refunds?.[0]).toMatchObject({ requestedBy: null, requestedById: 'service:booking' })
  const history = issues?.at(-1)?.history
  expect(history).toHaveLength(100)
  expect(history?.at(-1)).toEqual({ at: new Date(today.getTime() + 101_000).toISOString(), user: null })
})
