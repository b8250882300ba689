import { ApolloClient, ApolloLink, gql, InMemoryCache } from '@apollo/client'
import { of } from 'rxjs'
import { expect, test } from 'vitest'
import { HoldSeatsDocument } from './generated/graphql.ts'
import { possibleTypes } from './generated/possible-types.ts'

test('lets Apollo Client read what a fragment on Refusal asks for, which its cache drops otherwise', async () => {
  const taken = { __typename: 'SeatsTaken', code: 'SEATS_TAKEN', message: 'Choose other seats.', seatNumbers: [12] }
  const link = new ApolloLink(() => of({ data: { holdSeats: taken } }))
  const client = new ApolloClient({ cache: new InMemoryCache({ possibleTypes }), link })
  const mutation = gql(HoldSeatsDocument.toString())
  const variables = { input: { performanceId: 'prf_1', seats: [{ seatNumber: 12, tierId: 'tir_1' }] } }
  const { data } = await client.mutate({ mutation, variables })
  expect(data).toEqual({ holdSeats: taken })
})
