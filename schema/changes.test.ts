import { describe, expect, test } from 'vitest'
import { breakingChanges, unannounced } from './changes.ts'

const released = `
  type Query { event(id: ID!): Event search(text: String): [Event!]! }
  type Event { id: ID! title: String! status: Status! }
  enum Status { DRAFT PUBLISHED }
`

describe('changes since the last release', () => {
  test('that are compatible are not breaking', async () => {
    const current = `
      type Query { event(id: ID!): Event search(text: String, city: String): [Event!]! }
      "On sale under one title."
      type Event { id: ID! title: String! status: Status! subtitle: String }
      enum Status { DRAFT PUBLISHED }
    `
    expect(await breakingChanges(released, current)).toEqual([])
  })

  test('that break a client are listed with their path', async () => {
    const current = `
      type Query { event(id: ID!): Event search(text: String!): [Event!]! }
      type Event { id: ID! title: String status: Status! }
      enum Status { PUBLISHED }
    `
    expect((await breakingChanges(released, current)).map(({ path }) => path)).toEqual([
      'Event.title',
      'Query.search.text',
      'Status.DRAFT',
    ])
  })
})

test('a breaking change is announced by its path in the first section only', () => {
  const changes = [
    { path: 'Event.title', message: 'changed' },
    { path: 'Status.DRAFT', message: 'removed' },
    { path: 'Query.search', message: 'removed' },
  ]
  const changelog =
    '# Changes\n\n## Unreleased\n\n- `Event.title` may be null.\n\n## 1.0.0\n\n- `Status.DRAFT` is gone.\n'
  expect(unannounced(changes, changelog).map(({ path }) => path)).toEqual(['Status.DRAFT', 'Query.search'])
})
