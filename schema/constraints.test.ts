import { parse, print } from 'graphql'
import { expect, test } from 'vitest'
import { unconstrainedInputs, withCommonConstraints, withConstraintsDescribed } from './constraints.ts'

const sdl = `
directive @constraint(maxLength: Int, maxItems: Int) on ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION
type Query { a(after: String, text: String, ids: [ID!], one: ID, moment: DateTime, colours: [Colour!]): Int }
extend type Other { b(text: String! @constraint(maxLength: 7)): Int }
enum Colour { RED GREEN }
input Box {
  "What is in it"
  lines: [String!]! @constraint(maxItems: 3)
  "One to three lines."
  others: [String!] @constraint(maxItems: 30, maxLength: 12000)
  "At most 12,000 characters of it."
  long: String @constraint(maxLength: 12000)
  document: JSON
  items: [Box!]
}
`

test('finds every text and list without a maximum', () => {
  expect(unconstrainedInputs(withCommonConstraints(parse(sdl)))).toEqual([
    'Query.a(text:)',
    'Query.a(ids:)',
    'Box.lines',
    'Box.document',
    'Box.items',
  ])
})

test('adds the maximum of each input to its description, once', () => {
  const described = print(withConstraintsDescribed(withCommonConstraints(parse(sdl)))).replace(/\s+/g, ' ')
  for (const text of [
    '"At most 2,000 characters." after: String @constraint(maxLength: 2000)',
    '"At most 7 characters." text: String!',
    '"At most 2 items." colours',
    '"What is in it. At most 3 items." lines',
    '"One to three lines. At most 30 items, 12,000 characters each." others',
    '"At most 12,000 characters of it." long',
  ])
    expect(described).toContain(text)
})
