import { parse } from 'graphql'
import { expect, test } from 'vitest'
import { conventionProblems } from './conventions.ts'

/** A small schema that keeps all conventions. Each test breaks one of them. */
const sdl = `
type Query {
  seats(filter: SeatFilter, first: Int, after: String, last: Int, before: String): SeatConnection
}
type Mutation {
  holdSeats(input: HoldSeatsInput!): HoldSeatsResult!
  signOut: SignOutResult!
}
type Hold { id: ID! code: String }
type SignOut { message: String }
type SeatConnection { edges: [Hold!]! }
input HoldSeatsInput { numbers: [Int!]! expectedVersion: Int }
input SeatFilter { createdAt: DateTimeRange }
input DateTimeRange { from: DateTime before: DateTime }
scalar DateTime
interface Refusal { code: RefusalCode! message: String! }
type InvalidInput implements Refusal { code: RefusalCode! message: String! }
type SeatsTaken implements Refusal { code: RefusalCode! message: String! }
union HoldSeatsResult = Hold | InvalidInput | SeatsTaken
union SignOutResult = SignOut
enum RefusalCode { BAD_USER_INPUT SEATS_TAKEN }
`

/** The problems of the schema with one text replaced. */
function problemsWith(text: string, replacement: string): string[] {
  if (!sdl.includes(text)) throw new Error(`not in the schema: ${text}`)
  return conventionProblems(parse(sdl.replace(text, replacement)))
}

test('finds nothing in a schema that keeps the conventions', () => {
  expect(conventionProblems(parse(sdl))).toEqual([])
})

test('asks of every mutation a result of its own, never null', () => {
  const problem = 'Mutation.signOut must return SignOutResult!'
  for (const type of ['Boolean!', 'SignOutResult'])
    expect(problemsWith('signOut: SignOutResult!', `signOut: ${type}`)).toEqual([problem])
})

test('asks of every mutation one input of its own, or none', () => {
  const problem = 'Mutation.holdSeats must take nothing or one argument, input: HoldSeatsInput!'
  for (const given of ['input: HoldSeatsInput!, force: Boolean', 'input: HoldSeatsInput', 'seats: [Int!]!'])
    expect(problemsWith('(input: HoldSeatsInput!)', `(${given})`)).toEqual([problem])
})

test('asks of every mutation with an input that it can refuse it', () => {
  expect(problemsWith('Hold | InvalidInput |', 'Hold |')).toEqual(['HoldSeatsResult lacks InvalidInput'])
})

test('asks of every result a success first and refusals last', () => {
  expect(problemsWith('= Hold | InvalidInput', '= InvalidInput')).toEqual([
    'HoldSeatsResult must begin with its success',
  ])
  expect(problemsWith('| SeatsTaken', '| SeatsTaken | SignOut')).toEqual([
    'HoldSeatsResult must list its refusals last',
  ])
})

test('asks of a success not to look like a refusal', () => {
  const problem = 'Hold has code and message, by which clients know a refusal'
  expect(problemsWith('code: String }', 'code: String message: String }')).toEqual([problem])
})

test('lets no two mutations share an input', () => {
  const shared = problemsWith('signOut: S', 'signOut(input: HoldSeatsInput!): S')
  expect(shared).toContain('HoldSeatsInput is the input of several mutations')
})

test('asks for one code of each refusal, and one refusal of each code', () => {
  expect(problemsWith('SEATS_TAKEN }', '}')).toEqual(['RefusalCode lacks SEATS_TAKEN'])
  expect(problemsWith('SEATS_TAKEN }', 'SEATS_TAKEN SOLD_OUT }')).toEqual([
    'RefusalCode.SOLD_OUT belongs to no refusal',
  ])
})

test('asks for filters that are named so', () => {
  const named = (argument: string, type: string) =>
    `Query.seats(${argument}:) and ${type} must be named filter and …Filter`
  expect(problemsWith('filter: SeatFilter', 'where: SeatFilter')).toEqual([named('where', 'SeatFilter')])
  expect(problemsWith('filter: SeatFilter', 'filter: HoldSeatsInput')).toEqual([named('filter', 'HoldSeatsInput')])
  const suffix = 'input SeatFilterInput { a: Int } input SeatFilter {'
  expect(problemsWith('input SeatFilter {', suffix)).toEqual(['SeatFilterInput must end in Filter'])
})

test('asks for spans of time that are a DateTimeRange', () => {
  for (const type of ['DateTime', 'DateTime!'])
    expect(problemsWith('createdAt: DateTimeRange', `createdFrom: ${type}`)).toEqual([
      'SeatFilter.createdFrom must be a DateTimeRange',
    ])
})

test('asks for versions that may be left out and are named as such', () => {
  expect(problemsWith('expectedVersion: Int', 'expectedVersion: Int!')).toEqual([
    'HoldSeatsInput.expectedVersion must be Int',
  ])
  expect(problemsWith('expectedVersion: Int', 'version: Int')).toEqual([
    'HoldSeatsInput.version must be expectedVersion',
  ])
})

test('asks for lists that page both ways, without a default of their own', () => {
  expect(problemsWith(', last: Int, before: String', '')).toEqual(['Query.seats lacks last: Int, before: String'])
  expect(problemsWith('first: Int', 'first: Int = 20')).toEqual(['Query.seats lacks first: Int'])
})

test('asks for what is the caller’s under me', () => {
  expect(problemsWith('type Query {', 'type Query { mySeats: Int mystery: Int')).toEqual([
    'Query.mySeats belongs under me',
  ])
})
