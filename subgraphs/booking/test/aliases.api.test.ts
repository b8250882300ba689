import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { callAs } from '@tikitu/kit/testing/graphql/subgraph'
import { expect, test } from 'vitest'
import { bookingOn, house, migrations } from './factories.ts'
import { bought } from './purchases.ts'

const database = useDatabase(migrations)

test('shows what each of several mutations in one request left, and not what an earlier one saw', async () => {
  const viewer = testUser()
  const hall = await house(database, { cancellationDeadlineHours: 1 })
  const { booking, tickets } = await bought(database, hall, { viewer, numbers: [0, 1] })
  const cancel = (
    index: number,
  ) => `cancelTickets(input: { bookingId: "${booking.id}", ticketIds: ["${tickets[index]?.id}"] }) {
    ... on Cancellation { booking { status tickets { status } lines { isCancelled } cancellations { id } } } }`
  const { data, errors } = await callAs(await bookingOn(database), viewer, {
    query: `mutation { first: ${cancel(0)} second: ${cancel(1)} }`,
  })
  expect(errors).toBeUndefined()
  expect(data).toMatchObject({
    first: {
      booking: {
        status: 'PARTIALLY_CANCELLED',
        cancellations: [{}],
        lines: [{ isCancelled: true }, { isCancelled: false }],
      },
    },
    second: {
      booking: {
        status: 'CANCELLED',
        tickets: [{ status: 'VOID' }, { status: 'VOID' }],
        lines: [{ isCancelled: true }, { isCancelled: true }],
        cancellations: [{}, {}],
      },
    },
  })
})
