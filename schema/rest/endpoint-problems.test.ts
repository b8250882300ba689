import { buildSchema, parse } from 'graphql'
import { expect, test } from 'vitest'
import { create, get, type RestEndpoint } from './endpoint.ts'
import { endpointProblems } from './endpoint-problems.ts'

const schema = buildSchema(`
  type Query { seat(id: ID!): Seat, seats(first: Int, after: String): SeatConnection }
  type Mutation { holdSeat(input: HoldSeatInput!): Seat }
  type Seat { id: ID! }
  type SeatConnection { edges: [SeatEdge!]! pageInfo: PageInfo! }
  type SeatEdge { node: Seat! }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  input HoldSeatInput { seatId: ID! }
`)
const documents = {
  Seat: parse('query Seat($id: ID!) { seat(id: $id) { id } }'),
  Seats: parse(
    'query Seats($first: Int) { seats(first: $first) { edges { node { id } } pageInfo { hasNextPage endCursor } } }',
  ),
  OpenSeats: parse('query OpenSeats { seats { edges { node { id } } } }'),
  HoldSeat: parse('mutation HoldSeat($input: HoldSeatInput!) { holdSeat(input: $input) { id } }'),
}
const problemsOf = (...endpoints: RestEndpoint[]) => endpointProblems(schema, endpoints, documents)

test('endpoints that fit their operations have no problems', () => {
  expect(
    problemsOf(get('/seats', 'Seats'), get('/seats/{seatId}', 'Seat'), create('/seats/{seatId}/holds', 'HoldSeat')),
  ).toEqual([])
})

test.each([
  ['an operation that does not exist', [get('/seats', 'Chairs')], 'GET /seats: there is no operation Chairs'],
  [
    'a path variable that the operation lacks',
    [get('/rows/{row}', 'Seats')],
    'GET /rows/{row}: the operation has no variable row',
  ],
  [
    'a body that does not exist',
    [get('/seats', 'Seats', { body: 'seats.rows' })],
    'GET /seats: there is no seats.rows',
  ],
  ['a list without pages', [get('/seats', 'OpenSeats')], 'GET /seats: the list has no pageInfo'],
  [
    'a change by GET',
    [get('/holds/{seatId}', 'HoldSeat')],
    'GET /holds/{seatId}: a mutation cannot be an endpoint of this method',
  ],
  ['two endpoints at one address', [get('/seats', 'Seats'), get('/seats', 'Seats')], 'two endpoints at GET /seats'],
  [
    'two names for one part',
    [get('/seats/{id}', 'Seat'), create('/seats/{seatId}', 'HoldSeat')],
    '/seats/{seatId} must be called /seats/{id}',
  ],
])('%s is a problem', (_name, endpoints, problem) => {
  expect(problemsOf(...endpoints)).toEqual([problem])
})
