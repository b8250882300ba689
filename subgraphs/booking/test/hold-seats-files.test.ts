import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const resolvers = 'src/resolvers/Mutation.ts'
/** The context that every verb takes. */
const context = 'src/context.ts'

/** The files of this service that a file imports, types included. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(/ from '(\.[^']+)'/g)].map(([, path = '']) => join(dirname(file), path))
}

/** The file of the verb behind a mutation, and all files of the service that it needs. Those outside `domain` are not entered. */
function filesBehind(mutation: string): Set<string> {
  const text = readFileSync(join(root, resolvers), 'utf8')
  const [, path = ''] = new RegExp(`import \\{ ${mutation} \\} from '([^']+)'`).exec(text) ?? []
  const found = new Set([join(dirname(resolvers), path)])
  for (const file of found) {
    if (!file.startsWith('src/domain/')) continue
    for (const next of importsOf(file)) if (next !== context) found.add(next)
  }
  return found
}

/** The files of a numbered list below a heading, as paths from the folder of the service. */
function filesListed(document: string, heading: string): string[] {
  const [, section = ''] = readFileSync(join(root, document), 'utf8').split(heading)
  const [list = ''] = section.split(/\n#+ /)
  return [...list.matchAll(/^\d\. `([^`]+)`/gm)].map(([, path = '']) => path)
}

test('the README lists the seven files of holdSeats, and no other is needed', () => {
  const listed = filesListed('README.md', '## `holdSeats` in seven files\n')
  expect(listed).toHaveLength(7)
  expect(listed.slice(0, 2)).toEqual(['schema.graphql', resolvers])
  expect([...filesBehind('holdSeats')].toSorted()).toEqual(listed.slice(2).toSorted())
  const service = relative(join(root, '../..'), root)
  const inRoot = filesListed('../../README.md', '## Follow one mutation\n')
  expect(inRoot).toEqual(listed.map((path) => join(service, path)))
})

test('a verb that needs other files is noticed', () => {
  const listed = filesListed('README.md', '## `holdSeats` in seven files\n')
  const others = [...filesBehind('holdBestAvailable')].filter((file) => !listed.includes(file))
  expect(others).toContain('src/domain/inventory/claim-adjacent.ts')
})
