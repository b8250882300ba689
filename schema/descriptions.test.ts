import { parse, print } from 'graphql'
import { expect, test } from 'vitest'
import { undescribed, withInheritedDescriptions } from './descriptions.ts'

const sdl = `
extend schema @link(url: "https://specs.apollo.dev/link/v1.0")
type Query {
  "A thing."
  thing(id: ID!, first: Int, after: String, filter: ThingFilter, size: Size, name: String): Thing
}
"A thing that there is."
type Thing implements Refusal { "\`thg_…\`" id: ID! code: String "Its own." message: String }
"Why not."
interface Refusal { "A code." code: String "A sentence." message: String }
"Which things."
input ThingFilter { "Of that size." size: Size }
"How large."
enum Size { SMALL "Larger." LARGE }
`

test('takes descriptions from the interface, the input type, the enum and the id of the returned type', () => {
  const described = print(withInheritedDescriptions(parse(sdl))).replace(/\s+/g, ' ')
  for (const expected of [
    'Tikitu sells tickets',
    'schema @link(url: "https://specs.apollo.dev/link/v1.0") { query: Query }',
    '"`thg_…`" id: ID! "Page size when reading forwards, 1 to 100; 20 by default." first: Int',
    '"Which things." filter: ThingFilter "How large." size: Size name: String',
    '"A code." code: String "Its own." message: String',
  ])
    expect(described).toContain(expected)
})

test('finds everything without a description, or with only the maximum of its @constraint', () => {
  const described = print(withInheritedDescriptions(parse(sdl)))
  expect(undescribed(parse(described))).toEqual(['Query.thing(name:)', 'Size.SMALL'])
  const limited = described.replace('name: String', '"At most 200 items, 3,000 characters each." name: String')
  expect(undescribed(parse(limited))).toEqual(['Query.thing(name:)', 'Size.SMALL'])
  expect(undescribed(parse('schema { query: Query } type Query { a: Int }'))).toEqual(['schema', 'Query', 'Query.a'])
})
