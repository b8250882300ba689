import { ExactNumber } from '../../src/lib/exact-json.ts'
import { type CorpusGraph, fromReference } from './operation.ts'

type Row = Record<string, unknown>

const long = new ExactNumber('9007199254740993')
const fine = new ExactNumber('-0.12345678901234567890123')
const value = { amount: long, list: [1, fine, { deep: long }] }

/** Numbers with more digits than a JavaScript number holds, in custom scalars and in `ID`. */
export const numbers: CorpusGraph = {
  name: 'exact numbers',
  isStockWrong: true,
  subgraphs: [
    {
      name: 'ledger',
      sdl: `scalar Long scalar Any type Query { account: Account accounts: [Account!] echo(long: Long, any: Any, longs: [Long]): String rate: Float tooLong: Int }
        type Account @key(fields: "id") { id: ID! number: Long any: Any opened: ID }`,
      resolvers: {
        Query: {
          account: () => ({ id: '1' }),
          accounts: () => [{ id: '1' }, { id: '1' }, { id: '2' }],
          echo: (_: unknown, given: Row) => JSON.stringify(given),
          rate: () => 0.1,
          tooLong: () => null,
        },
        Account: fromReference({ number: () => long, any: () => value, opened: () => '9007199254740993' }),
      },
    },
    {
      name: 'audit',
      sdl: `scalar Long scalar Any type Account @key(fields: "id") { id: ID! number: Long @external any: Any @external seen: String @requires(fields: "number any") told(long: Long): String }`,
      resolvers: {
        Account: {
          __resolveReference: (reference: Row) => reference,
          seen: ({ number, any }: Row) => JSON.stringify({ number, any }),
          told: (_: Row, { long }: Row) => JSON.stringify(long ?? null),
        },
      },
    },
  ],
  operations: [
    {
      query: '{ account { number any opened } }',
      data: { account: { number: long, any: value, opened: '9007199254740993' } },
    },
    {
      query: '{ accounts { number seen any } }',
      data: {
        accounts: Array(3).fill({ number: long, seen: JSON.stringify({ number: long, any: value }), any: value }),
      },
    },
    {
      query:
        'query ($long: Long, $any: Any) { echo(long: $long, any: $any, longs: [1, $long]) account { told(long: $long) } }',
      variables: { long, any: { deep: [long] } },
      data: {
        echo: JSON.stringify({ long, any: { deep: [long] }, longs: [1, long] }),
        account: { told: '9007199254740993' },
      },
    },
    {
      query:
        'query ($long: Long = 9007199254740993) { echo(long: 9007199254740993, any: { of: [-0.12345678901234567890123, 1] }, longs: [1, 9007199254740993]) account { told(long: $long) } }',
      data: {
        echo: JSON.stringify({ long, any: { of: [fine, 1] }, longs: [1, long] }),
        account: { told: '9007199254740993' },
      },
    },
    {
      query: 'query ($long: Long = 9007199254740993) { account { told(long: $long) } }',
      variables: { long: null },
      data: { account: { told: 'null' } },
    },
  ],
}
