import { anonymous } from '@tikitu/kit/auth/viewer'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { accessMatrix } from '@tikitu/kit/testing/graphql/access-matrix'
import { callersWithoutRights, staffOfEachRole } from '@tikitu/kit/testing/graphql/callers'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { expect, test } from 'vitest'
import { refundPayment } from '../src/domain/refunds/refund-payment.ts'
import { createPayment } from '../src/server.ts'
import { captured, ctxOf, depsOf, migrations, partnerWithMembers, quoteFor, started, testAdmin } from './factories.ts'
import { issuesIn } from './issues.ts'

const database = useDatabase(migrations)
const euros = (amountMinor: number) => ({ amountMinor, currency: 'EUR' })

/** An issue about a payment with a wrong captured amount. */
async function stuckPayment() {
  const { id } = await captured(ctxOf(database), { card: 'pm_sandbox_captures_less' })
  return await issuesIn(database).issueOf(id)
}

test('lets each caller do what the committed matrix says, and nothing else', async () => {
  const hall = await partnerWithMembers(database)
  const other = await partnerWithMembers(database)
  const user = testUser()
  const ctx = ctxOf(database, user)
  const costly = { ...hall, total: euros(200_000), fees: euros(0), tax: euros(0) }
  const open = await started(ctx, { partnerId: hall.partnerId })
  const paid = await captured(ctx, {
    partnerId: hall.partnerId,
    total: costly.total,
    fees: costly.fees,
    tax: costly.tax,
    lines: [{ label: 'Box', price: costly.total, fee: euros(0), tax: euros(0) }],
  })
  const waiting = { paymentId: paid.id, amount: euros(60_000), reason: 'large' }
  const refund = await refundPayment(ctxOf(database, testAdmin()), waiting)
  const quote = await quoteFor(user.userId, { partnerId: hall.partnerId })
  const stuck = await stuckPayment()
  const another = await stuckPayment()
  const ofIssue = `{ issueId: "${stuck.id}", note: "n" }`
  const callers = {
    anonymous,
    'owner of the payment': user,
    'other user': testUser(),
    'partner (owner)': hall.owner,
    'partner (scanner)': hall.scanner,
    'other partner': other.owner,
    ...staffOfEachRole(),
    ...(await callersWithoutRights(ctxOf(database, testAdmin()))),
  }
  const matrix = await accessMatrix(await createPayment(depsOf(database)), callers, {
    'Query.me': 'me { id }',
    'Query.payment': `payment(id: "${paid.id}") { id }`,
    'Query.transactions': `transactions(filter: { partnerId: "${hall.partnerId}" }) { edges { cursor } }`,
    'Query.refunds': `refunds(filter: { partnerId: "${hall.partnerId}" }) { edges { cursor } }`,
    'Query.ledgerBalances': 'ledgerBalances { edges { cursor } }',
    'Query.paymentIssues': 'paymentIssues { edges { cursor } }',
    'Query.paymentIssue': `paymentIssue(id: "${stuck.id}") { id }`,
    'Mutation.startPayment': `startPayment(input: { quote: "${quote}" }) { __typename ... on Refusal { code } }`,
    'Mutation.confirmPayment': `confirmPayment(input: { paymentId: "${open.id}", paymentMethod: "pm_sandbox_declined" }) { __typename ... on Refusal { code } }`,
    'Mutation.refundPayment': `refundPayment(input: { paymentId: "${paid.id}", amount: { amountMinor: 100, currency: "EUR" }, reason: "r" }) { __typename ... on Refusal { code } }`,
    'Mutation.approveRefund': `approveRefund(input: { refundId: "${refund.id}" }) { __typename ... on Refusal { code } }`,
    'Mutation.rejectRefund': `rejectRefund(input: { refundId: "${refund.id}" }) { __typename ... on Refusal { code } }`,
    'Mutation.acceptPaymentDifference': `acceptPaymentDifference(input: ${ofIssue}) { __typename ... on Refusal { code } }`,
    'Mutation.closePaymentIssue': `closePaymentIssue(input: ${ofIssue}) { __typename ... on Refusal { code } }`,
    'Mutation.retryPaymentIssue': `retryPaymentIssue(input: ${ofIssue}) { __typename ... on Refusal { code } }`,
    'Mutation.approvePaymentIssue': `approvePaymentIssue(input: ${ofIssue}) { __typename ... on Refusal { code } }`,
    'Mutation.rejectPaymentIssue': `rejectPaymentIssue(input: ${ofIssue}) { __typename ... on Refusal { code } }`,
    'Mutation.reverseManualTransfer': `reverseManualTransfer(input: ${ofIssue}) { __typename ... on Refusal { code } }`,
    'Mutation.recordManualTransfer': `recordManualTransfer(input: { issueId: "${stuck.id}", note: "n", reference: "r", transferredOn: "2027-03-01", amount: { amountMinor: 1, currency: "EUR" } }) { __typename ... on Refusal { code } }`,
    'Mutation.refundPaymentIssue': `refundPaymentIssue(input: { issueId: "${another.id}", note: "n" }) { __typename ... on Refusal { code } }`,
  })
  await expect(matrix).toMatchFileSnapshot('access-matrix.md')
})
