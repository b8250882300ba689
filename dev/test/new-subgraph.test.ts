import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { composeGraph } from '@tikitu/schema/compose'
import { conventionProblems } from '@tikitu/schema/conventions'
import { subgraphNames, subgraphSdl } from '@tikitu/schema/sdl'
import { servicePorts } from '@tikitu/schema/services'
import { parse } from 'graphql'
import { expect, test } from 'vitest'
import { checkName } from '../src/new-subgraph/check-name.ts'
import { listEdits } from '../src/new-subgraph/list-edits.ts'
import { planFiles } from '../src/new-subgraph/plan-files.ts'
import { root } from '../src/stack/repository.ts'
import { verifyInCopy } from './verify-in-copy.ts'

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const { port, files } = planFiles(root, 'review')
const planned = (path: string) => files.get(path) ?? ''
const added = (path: string) => {
  const before = new Set(read(path).split('\n'))
  return planned(path)
    .split('\n')
    .filter((line) => !before.has(line))
}

test.each([
  ['', 'one word of 3 to 20 lower-case letters'],
  ['../../etc', 'one word of 3 to 20 lower-case letters'],
  ['Review', 'one word of 3 to 20 lower-case letters'],
  ['my-review', 'one word of 3 to 20 lower-case letters'],
  ['gateway', 'is already used for something else'],
  ['class', 'is already used for something else'],
  ['booking', 'The subgraph booking already exists'],
  ['ticket', 'The graph already has the type Ticket'],
  ['venues', 'The graph already has venues'],
])('the name "%s" is refused: %s', (name, reason) => {
  expect(() => checkName(name, subgraphNames, read('schema/api.graphql'))).toThrow(reason)
})

test('it gets the next port and a place in every list of services', () => {
  expect(port).toBe(Math.max(...Object.values(servicePorts)) + 1)
  expect(added('schema/services.ts')).toEqual([`  review: ${port},`])
  expect(added('.env.example')).toEqual([
    `REVIEW_SERVICE_PORT=${port}`,
    'REVIEW_SERVICE_URL=',
    'REVIEW_DATABASE_URL=',
    'REVIEW_REQUEST_KEYS=',
    'REVIEW_SERVICE_KEY_FILE=',
  ])
  expect(added('package.json')).toEqual(['    "dev:review": "node dev/src/main.ts --watch --only=review",'])
  expect(added('README.md')).toEqual([
    '| [`subgraphs/review/`](subgraphs/review/README.md) | `Review`: texts that users write |',
  ])
  expect(added('docs/debug.md')).toEqual([`| review | ${port + 6_230} |`])
  expect(added('schema/events/user.ts').join()).toMatch(/'user\.changed': .*'booking', 'review'\]/)
  expect(added('schema/events/admin.ts').join()).toMatch(/'user', 'review'\]/)
})

test('no placeholder of the template is left, and its package is like the others', () => {
  const left = [...files].filter(([path, text]) => /__(name|drizzle|zod|port)__/i.test(path + text))
  expect(left.map(([path]) => path)).toEqual([])
  const { name, scripts, dependencies } = JSON.parse(planned('subgraphs/review/package.json'))
  const like = JSON.parse(read('subgraphs/admin/package.json'))
  expect({ name, scripts, dependencies }).toEqual({
    name: '@tikitu/review',
    scripts: like.scripts,
    dependencies: expect.objectContaining({ 'drizzle-orm': like.dependencies['drizzle-orm'] }),
  })
})

test('its contract composes with the others and keeps the conventions', () => {
  const parts = subgraphNames.map((name) => ({ name: String(name), url: 'http://x', sdl: subgraphSdl(name) }))
  const sdl = `${read('schema/common.graphql')}\n${planned('subgraphs/review/schema.graphql')}`
  const { apiSdl } = composeGraph([...parts, { name: 'review', url: 'http://x', sdl }])
  expect(apiSdl).toContain('review(id: ID!): Review')
  expect(conventionProblems(parse(apiSdl)).filter((problem) => problem.includes('Review'))).toEqual([])
  expect(apiSdl).toContain('union CreateReviewResult = Review | InvalidInput | IdempotencyConflict | ReviewExists')
})

test('a list that is not found is reported before anything is written', () => {
  const name = checkName('review', [], read('schema/api.graphql'))
  for (const { file, edit } of listEdits(name, 3_007))
    expect(() => edit('nothing')).toThrow(`The list of services was not found in ${file}`)
})

// It takes minutes: formats, generates, composes, checks the types of a whole copy, and runs the tests of the new subgraph there.
test.runIf(process.env.CHECK_NEW_SUBGRAPH)(
  'a copy of the repository with it is formatted, typed, free of dead code and tested (CHECK_NEW_SUBGRAPH=1)',
  () => verifyInCopy('review', files),
  600_000,
)
