import { anonymous, type Viewer } from '@tikitu/kit/auth/viewer'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { callAs } from '@tikitu/kit/testing/graphql/subgraph'
import { expect, test } from 'vitest'
import { createPayment } from '../src/server.ts'
import { captured, ctxOf, depsOf, migrations, partnerWithMembers, quoteFor, testAdmin, today } from './factories.ts'

const database = useDatabase(migrations)

const start = /* GraphQL */ `
  mutation ($input: StartPaymentInput!) {
    startPayment(input: $input) {
      __typename
      ... on Payment { id status reference amount { amountMinor currency } fees { amountMinor } tax { amountMinor } expiresAt booking { id } }
      ... on Refusal { code message }
    }
  }
`
const confirm = /* GraphQL */ `
  mutation ($input: ConfirmPaymentInput!) {
    confirmPayment(input: $input) {
      __typename
      ... on Payment { id status capturedAt nextAction { url } lastFailure { code message } attempts { method status failure { code } } }
      ... on Refusal { code message }
    }
  }
`
const refund = /* GraphQL */ `
  mutation ($input: RefundPaymentInput!) {
    refundPayment(input: $input) {
      __typename
      ... on Refund { id status amount { amountMinor currency } payment { id refundable { amountMinor } refunded { amountMinor } } }
      ... on Refusal { code message }
      ... on RefundTooLarge { refundable { amountMinor currency } }
    }
  }
`

async function served(now = today) {
  const payment = await createPayment(depsOf(database, { now: () => now }))
  return async (viewer: Viewer, query: string, variables: Record<string, unknown> = {}) =>
    await callAs(payment, viewer, { query, variables })
}

test('takes a customer from the quote over a declined card to a paid booking', async () => {
  const call = await served()
  const ada = testUser()
  const opened = await call(ada, start, { input: { quote: await quoteFor(ada.userId, { bookingId: 'bkg_story' }) } })
  expect(opened.errors).toBeUndefined()
  expect(opened.data).toMatchObject({
    startPayment: {
      __typename: 'Payment',
      status: 'REQUIRES_METHOD',
      reference: 'K7QM-2F9D',
      amount: { amountMinor: 10_000, currency: 'EUR' },
      fees: { amountMinor: 1_000 },
      tax: { amountMinor: 1_437 },
      expiresAt: '2027-03-01T10:15:00.000Z',
      booking: { id: 'bkg_story' },
    },
  })
  const { id: paymentId } = (opened.data as { startPayment: { id: string } }).startPayment
  const declined = await call(ada, confirm, { input: { paymentId, paymentMethod: 'pm_sandbox_declined' } })
  expect(declined.data).toMatchObject({
    confirmPayment: {
      status: 'REQUIRES_METHOD',
      nextAction: null,
      lastFailure: { code: 'CARD_DECLINED', message: expect.stringContaining('another') },
    },
  })
  const secure = await call(ada, confirm, { input: { paymentId, paymentMethod: 'pm_sandbox_3ds' } })
  expect(secure.data).toMatchObject({
    confirmPayment: {
      status: 'REQUIRES_ACTION',
      lastFailure: null,
      nextAction: { url: expect.stringContaining('/3ds/') },
    },
  })
  const paid = await call(ada, confirm, { input: { paymentId, paymentMethod: 'pm_sandbox_approved' } })
  expect(paid.data).toMatchObject({
    confirmPayment: {
      status: 'CAPTURED',
      capturedAt: today.toISOString(),
      nextAction: null,
      lastFailure: null,
      attempts: [{ status: 'FAILED', failure: { code: 'CARD_DECLINED' } }, {}, { status: 'CAPTURED', failure: null }],
    },
  })
  const again = await call(ada, confirm, { input: { paymentId, paymentMethod: 'pm_sandbox_approved' } })
  expect(again.data).toMatchObject({ confirmPayment: { __typename: 'PaymentClosed', code: 'PAYMENT_CLOSED' } })
})

test('refuses an expired quote, and shows an expired payment as expired', async () => {
  const ada = testUser()
  const quote = await quoteFor(ada.userId)
  const opened = await (await served())(ada, start, { input: { quote } })
  const { id } = (opened.data as { startPayment: { id: string } }).startPayment
  const late = await served(new Date(today.getTime() + 16 * 60_000))
  expect((await late(ada, start, { input: { quote } })).data).toMatchObject({
    startPayment: { __typename: 'QuoteExpired', code: 'QUOTE_EXPIRED' },
  })
  const shown = await late(ada, 'query ($id: ID!) { payment(id: $id) { status } }', { id })
  expect(shown.data).toEqual({ payment: { status: 'EXPIRED' } })
})

test('shows a payment to its customer, the partner’s owner and manager, and staff only', async () => {
  const call = await served()
  const { partnerId, owner, manager, scanner } = await partnerWithMembers(database)
  const ada = testUser()
  const { id, bookingId } = await captured(ctxOf(database, ada), { partnerId })
  const query = /* GraphQL */ `
    query ($id: ID!, $refs: [_Any!]!) {
      payment(id: $id) { id }
      _entities(representations: $refs) { ... on Payment { id } ... on Booking { payment { id } } }
    }
  `
  const refs = [
    { __typename: 'Payment', id },
    { __typename: 'Booking', id: bookingId },
  ]
  for (const viewer of [ada, owner, manager, testAdmin()]) {
    const shown = await call(viewer, query, { id, refs })
    expect(shown.data).toEqual({ payment: { id }, _entities: [{ id }, { payment: { id } }] })
  }
  const other = await partnerWithMembers(database)
  for (const viewer of [testUser(), scanner, other.owner]) {
    const hidden = await call(viewer, query, { id, refs })
    expect(hidden.data).toEqual({ payment: null, _entities: [null, { payment: null }] })
  }
  const nobody = await call(anonymous, query, { id, refs })
  expect(nobody.data).toMatchObject({ payment: null, _entities: [null, { payment: null }] })
  expect(nobody.errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' })
})

test('refunds for staff, and answers an excessive amount with what is left', async () => {
  const call = await served()
  const { id: paymentId } = await captured(ctxOf(database))
  const input = { paymentId, amount: { amountMinor: 2_500, currency: 'EUR' }, reason: 'Goodwill' }
  expect((await call(testAdmin(), refund, { input })).data).toMatchObject({
    refundPayment: {
      __typename: 'Refund',
      status: 'APPROVED',
      amount: { amountMinor: 2_500, currency: 'EUR' },
      payment: { id: paymentId, refundable: { amountMinor: 7_500 }, refunded: { amountMinor: 0 } },
    },
  })
  const more = { ...input, amount: { amountMinor: 7_501, currency: 'EUR' } }
  expect((await call(testAdmin(), refund, { input: more })).data).toMatchObject({
    refundPayment: { __typename: 'RefundTooLarge', refundable: { amountMinor: 7_500, currency: 'EUR' } },
  })
  const customer = await call(testUser(), refund, { input })
  expect(customer.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' })
})

test('keeps refunds above the limit in a queue until another person approves them', async () => {
  const call = await served()
  const { partnerId, owner } = await partnerWithMembers(database)
  const { id: paymentId } = await captured(ctxOf(database), {
    partnerId,
    total: { amountMinor: 90_000, currency: 'EUR' },
  })
  const input = { paymentId, amount: { amountMinor: 50_001, currency: 'EUR' }, reason: 'Goodwill' }
  const asked = await call(owner, refund, { input })
  expect(asked.data).toMatchObject({ refundPayment: { status: 'REQUESTED' } })
  const { id } = (asked.data as { refundPayment: { id: string } }).refundPayment
  const queue =
    'query ($partnerId: ID) { refunds(filter: { status: REQUESTED, partnerId: $partnerId }) { edges { node { id requestedBy { id } requestedById } } } }'
  expect((await call(testAdmin(), queue, { partnerId })).data).toEqual({
    refunds: { edges: [{ node: { id, requestedBy: { id: owner.userId }, requestedById: owner.userId } }] },
  })
  const other = await partnerWithMembers(database)
  expect((await call(other.owner, queue, { partnerId })).data).toEqual({ refunds: { edges: [] } })
  const approve = `mutation ($refundId: ID!) { approveRefund(input: { refundId: $refundId }) {
    ... on Refund { status } ... on Refusal { code } } }`
  const byPartner = await call(owner, approve, { refundId: id })
  expect(byPartner.data).toEqual({ approveRefund: { code: 'SECOND_APPROVER_REQUIRED' } })
  expect((await call(testAdmin(), approve, { refundId: id })).data).toEqual({ approveRefund: { status: 'APPROVED' } })
  const again = await call(testAdmin(), approve, { refundId: id })
  expect(again.data).toEqual({ approveRefund: { code: 'INVALID_STATE' } })
})

test('lists transactions to staff and to the partner’s people, with ledger entries for staff only', async () => {
  const call = await served()
  const { partnerId, owner, scanner } = await partnerWithMembers(database)
  const { id: paymentId } = await captured(ctxOf(database), { partnerId })
  const query = /* GraphQL */ `
    query ($partnerId: ID) {
      transactions(filter: { partnerId: $partnerId, kind: CAPTURE, currency: "EUR" }) {
        edges { node { kind amount { amountMinor currency } payment { id } partner { id } refund { id } } }
      }
    }
  `
  const node = {
    kind: 'CAPTURE',
    amount: { amountMinor: 10_000, currency: 'EUR' },
    payment: { id: paymentId },
    partner: { id: partnerId },
    refund: null,
  }
  for (const viewer of [owner, testAdmin()]) {
    expect((await call(viewer, query, { partnerId })).data).toEqual({ transactions: { edges: [{ node }] } })
  }
  const other = await partnerWithMembers(database)
  for (const viewer of [scanner, other.owner, testUser({ groups: ['partner'] })]) {
    expect((await call(viewer, query, { partnerId })).data).toEqual({ transactions: { edges: [] } })
  }
  const none = await call(owner, query.replace('kind: CAPTURE', 'occurredAt: { from: "2027-03-02T00:00:00Z" }'), {
    partnerId,
  })
  expect(none.data).toEqual({ transactions: { edges: [] } })
  const entries = '{ transactions(first: 1) { edges { node { entries { account amount { amountMinor } } } } } }'
  const seen = await call(testAdmin(), entries)
  const lines = (
    seen.data as unknown as { transactions: { edges: { node: { entries: { amount: { amountMinor: number } }[] } }[] } }
  ).transactions.edges[0]?.node.entries
  expect(lines?.reduce((sum, { amount }) => sum + amount.amountMinor, 0)).toBe(0)
  expect((await call(owner, entries)).errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' })
  expect((await call(testUser(), query)).errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' })
})

test('shows a partner’s balance through its entity to those who may see it', async () => {
  const call = await served()
  const { partnerId, owner, scanner } = await partnerWithMembers(database)
  await captured(ctxOf(database), { partnerId })
  const query = /* GraphQL */ `
    query ($refs: [_Any!]!) {
      _entities(representations: $refs) { ... on Partner { balance { payable { amountMinor currency } tax { amountMinor } } } }
    }
  `
  const refs = [{ __typename: 'Partner', id: partnerId }]
  const balance = [{ payable: { amountMinor: 9_000, currency: 'EUR' }, tax: { amountMinor: 1_437 } }]
  expect((await call(owner, query, { refs })).data).toEqual({ _entities: [{ balance }] })
  for (const viewer of [scanner, testUser(), anonymous]) {
    expect((await call(viewer, query, { refs })).data).toEqual({ _entities: [{ balance: null }] })
  }
  const ledger =
    '{ ledgerBalances(first: 100) { edges { node { account kind owner balance { amountMinor currency } } } } }'
  const shown = await call(testAdmin(), ledger)
  const { edges } = (shown.data as unknown as { ledgerBalances: { edges: object[] } }).ledgerBalances
  expect(edges).toContainEqual({
    node: {
      account: `PARTNER_PAYABLE:${partnerId}:EUR`,
      kind: 'PARTNER_PAYABLE',
      owner: partnerId,
      balance: { amountMinor: -7_563, currency: 'EUR' },
    },
  })
  expect((await call(owner, ledger)).errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' })
})
