import { newId } from '@tikitu/kit/base/ids'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { callAs } from '@tikitu/kit/testing/graphql/subgraph'
import { expect, test } from 'vitest'
import { createPayment } from '../src/server.ts'
import { captured, ctxOf, depsOf, migrations, testAdmin, today } from './factories.ts'
import { issuesIn } from './issues.ts'

const database = useDatabase(migrations)
const note = 'Checked with the provider'

async function call(viewer: ReturnType<typeof testAdmin>, verb: string, input: object) {
  const query = `mutation ($input: ${verb[0]?.toUpperCase()}${verb.slice(1)}Input!) { it: ${verb}(input: $input) {
    ... on PaymentIssue {
      status resolution request { requestedBy { id } } history { step actor user { id } }
    }
    ... on Refusal { code } } }`
  const answer = await callAs(await createPayment(depsOf(database)), viewer, { query, variables: { input } })
  expect(answer.errors).toBeUndefined()
  return answer.data?.['it']
}

async function stuckPayment(amountMinor?: number) {
  const total = amountMinor ? { total: { amountMinor, currency: 'EUR' } } : {}
  const { id } = await captured(ctxOf(database), { card: 'pm_sandbox_captures_less', ...total })
  return await issuesIn(database).issueOf(id)
}

const transfer = {
  amount: { amountMinor: 9_900, currency: 'EUR' },
  reference: 'Bank 1',
  transferredOn: today.toISOString().slice(0, 10),
}

test.each([
  ['acceptPaymentDifference', {}],
  ['refundPaymentIssue', {}],
  ['retryPaymentIssue', {}],
  ['recordManualTransfer', transfer],
  ['reverseManualTransfer', {}],
  ['closePaymentIssue', {}],
  ['approvePaymentIssue', {}],
  ['rejectPaymentIssue', {}],
])('returns why %s was refused', async (verb, more) => {
  const admin = testAdmin()
  const { id: issueId } = await stuckPayment()
  expect(await call(admin, verb, { ...more, issueId: newId('iss'), note })).toEqual({ code: 'NOT_FOUND' })
  expect(await call(admin, verb, { ...more, issueId, note: ' ' })).toEqual({ code: 'BAD_USER_INPUT' })
  await call(admin, 'acceptPaymentDifference', { issueId, note, idempotencyKey: verb })
  expect(await call(admin, verb, { ...more, issueId, note: 'Again' })).toEqual({ code: 'INVALID_STATE' })
  if (verb !== 'acceptPaymentDifference') return
  const conflict = await call(admin, verb, { issueId, note: 'Otherwise', idempotencyKey: verb })
  expect(conflict).toEqual({ code: 'IDEMPOTENCY_CONFLICT' })
})

test('shows who requested an action and who took each step, and lets nobody approve their own', async () => {
  const [first, second] = [testAdmin(), testAdmin()]
  const { id: issueId } = await stuckPayment(200_000)
  expect(await call(first, 'refundPaymentIssue', { issueId, note })).toMatchObject({
    status: 'AWAITING_APPROVAL',
    request: { requestedBy: { id: first.userId } },
    history: [
      { step: 'OPENED', actor: expect.any(String) },
      { step: 'REFUND_REQUESTED', actor: first.userId, user: { id: first.userId } },
    ],
  })
  const own = await call(first, 'approvePaymentIssue', { issueId, note })
  expect(own).toEqual({ code: 'SECOND_APPROVER_REQUIRED' })
  expect(await call(second, 'approvePaymentIssue', { issueId, note })).toMatchObject({ status: 'IN_PROGRESS' })
})
