import { anonymous } from '@tikitu/kit/auth/viewer'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { entityMatrix } from '@tikitu/kit/testing/graphql/entity-matrix'
import { expect, test } from 'vitest'
import { listTransactions } from '../src/domain/ledger/list-transactions.ts'
import { refundPayment } from '../src/domain/refunds/refund-payment.ts'
import { createPayment } from '../src/server.ts'
import { captured, ctxOf, depsOf, migrations, partnerWithMembers, testAdmin } from './factories.ts'
import { issuesIn } from './issues.ts'

const database = useDatabase(migrations)

test('shows each caller what the committed matrix says of an entity, however it is reached', async () => {
  const hall = await partnerWithMembers(database)
  const other = await partnerWithMembers(database)
  const customer = testUser()
  const admin = testAdmin()
  const payment = await captured(ctxOf(database, customer), { partnerId: hall.partnerId })
  const wish = { paymentId: payment.id, amount: { amountMinor: 100, currency: 'EUR' }, reason: 'goodwill' }
  const refund = await refundPayment(ctxOf(database, admin), wish)
  const { id } = await captured(ctxOf(database, customer), {
    partnerId: hall.partnerId,
    card: 'pm_sandbox_captures_less',
  })
  const stuck = await issuesIn(database).issueOf(id)
  const page = await listTransactions(ctxOf(database, admin), {})
  const callers = {
    anonymous,
    customer,
    'other user': testUser(),
    'partner (owner)': hall.owner,
    'partner (scanner)': hall.scanner,
    'other partner': other.owner,
    admin,
  }
  const matrix = await entityMatrix(await createPayment(depsOf(database)), callers, {
    Payment: { id: payment.id },
    Refund: { id: refund.id },
    PaymentIssue: { id: stuck.id },
    Transaction: { id: page.edges[0]?.node.id ?? '' },
    Booking: { id: payment.bookingId },
    Partner: { id: hall.partnerId },
    User: { id: customer.userId },
  })
  await expect(matrix).toMatchFileSnapshot('entity-matrix.md')
})
