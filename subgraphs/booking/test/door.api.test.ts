import { useDatabase } from '@tikitu/kit/testing/database/database'
import { expect, test } from 'vitest'
import { asker } from './ask.ts'
import { house, migrations } from './factories.ts'
import { bought, member } from './purchases.ts'

const database = useDatabase(migrations)
const ask = asker(database)

const scan = /* GraphQL */ `
  mutation ($input: CheckInInput!) {
    checkIn(input: $input) {
      __typename
      ... on Admitted { outcome checkIn { id outcome direction gate } ticket { ticketId seatLabel tierName attendeeName status } }
      ... on Exited { outcome ticket { status } }
      ... on Refusal { code message }
      ... on AlreadyAdmitted { outcome admittedAt gate ticket { status } }
      ... on EntryRefused { outcome checkIn { outcome ticket { ticketId } } }
    }
  }
`

test('scans at the door: admitted, refused the second time with when and where, and taken back', async () => {
  const doors = new Date('2027-06-01T17:00:00Z')
  const hall = await house(database, { doorsAt: doors, timeZone: 'Europe/Vienna' })
  const { tickets } = await bought(database, hall)
  const scanner = await member(database, hall, 'SCANNER')
  const input = { performanceId: hall.performance.id, code: tickets[0]?.code, nonce: 'a', gate: 'North' }
  const hourBefore = new Date('2027-06-01T16:00:00Z')
  const early = await ask(scanner, scan, { input: { ...input, nonce: 'early' }, now: hourBefore })
  const opening = 'The doors are not open yet. They open on 1 June 2027 at 19:00.'
  expect(early.data).toMatchObject({
    checkIn: { code: 'ENTRY_REFUSED', message: opening, outcome: 'TOO_EARLY' },
  })
  const first = await ask(scanner, scan, { input, now: doors })
  expect(first.data).toMatchObject({
    checkIn: {
      __typename: 'Admitted',
      outcome: 'ADMITTED',
      checkIn: { gate: 'North', direction: 'ENTRY' },
      ticket: { status: 'USED' },
    },
  })
  const second = await ask(scanner, scan, { input: { ...input, nonce: 'b', gate: 'South' }, now: doors })
  expect(second.data).toMatchObject({
    checkIn: {
      __typename: 'AlreadyAdmitted',
      code: 'ALREADY_ADMITTED',
      outcome: 'ALREADY_ADMITTED',
      admittedAt: doors.toISOString(),
      gate: 'North',
    },
  })
  const forged = await ask(scanner, scan, { input: { ...input, nonce: 'c', code: 'x' }, now: doors })
  expect(forged.data).toMatchObject({
    checkIn: { __typename: 'EntryRefused', code: 'ENTRY_REFUSED', outcome: 'NOT_GENUINE', checkIn: { ticket: null } },
  })
  const { id: checkInId } = (first.data as { checkIn: { checkIn: { id: string } } }).checkIn.checkIn
  const undo =
    'mutation ($input: UndoCheckInInput!) { undoCheckIn(input: $input) { ... on CheckIn { undoneAt ticket { status } } } }'
  const undone = await ask(scanner, undo, { input: { checkInId }, now: doors })
  expect(undone.data).toMatchObject({ undoCheckIn: { undoneAt: doors.toISOString(), ticket: { status: 'VALID' } } })
  const list = /* GraphQL */ `
    query ($filter: CheckInFilter!, $id: ID!, $code: String!) {
      checkIns(filter: $filter) { edges { node { outcome } } }
      validateTicket(performanceId: $id, code: $code) { isAdmissible outcome message ticket { seatLabel } }
    }
  `
  const { id } = hall.performance
  const seen = await ask(scanner, list, { filter: { performanceId: id }, id, code: tickets[0]?.code, now: doors })
  expect(seen.data).toMatchObject({
    validateTicket: { isAdmissible: true, ticket: { seatLabel: 'Stalls, row A, seat 1' } },
  })
  const before = await ask(scanner, list, {
    filter: { performanceId: id },
    id,
    code: tickets[0]?.code,
    now: hourBefore,
  })
  expect(before.data).toMatchObject({ validateTicket: { outcome: 'TOO_EARLY', message: opening } })
  const outcomes = (seen.data as { checkIns: { edges: { node: { outcome: string } }[] } }).checkIns.edges
  expect(outcomes.map((edge) => edge.node.outcome).toSorted()).toEqual([
    'ADMITTED',
    'ALREADY_ADMITTED',
    'NOT_GENUINE',
    'TOO_EARLY',
  ])
})

test('shows a guest who has left as EXITED, and finds the scan by that outcome', async () => {
  const doors = new Date('2027-06-01T17:00:00Z')
  const hall = await house(database, { doorsAt: doors, entryRule: 'REENTRY' })
  const { tickets } = await bought(database, hall)
  const scanner = await member(database, hall, 'SCANNER')
  const input = { performanceId: hall.performance.id, code: tickets[0]?.code }
  await ask(scanner, scan, { input: { ...input, nonce: 'in' }, now: doors })
  const left = await ask(scanner, scan, { input: { ...input, nonce: 'out', direction: 'EXIT' }, now: doors })
  expect(left.data).toEqual({ checkIn: { __typename: 'Exited', outcome: 'EXITED', ticket: { status: 'EXITED' } } })
  const list = `query ($filter: CheckInFilter!) { checkIns(filter: $filter) { edges { node { outcome direction } } } }`
  const filter = { performanceId: hall.performance.id, outcome: 'EXITED' }
  expect((await ask(scanner, list, { filter, now: doors })).data).toEqual({
    checkIns: { edges: [{ node: { outcome: 'EXITED', direction: 'EXIT' } }] },
  })
})
