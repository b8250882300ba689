import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { readTabs } from './read-tabs.ts'

function fileOf(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'tikitu-tabs-')), 'page.md')
  writeFileSync(file, text)
  return file
}

test('makes a tab of each GraphQL block, with the paragraph before it and its variables', () => {
  const page = `# Title

**1. Look.** Take \`this\`
or [that](there.md).

\`\`\`graphql
query Find($id: ID!, $first: Int) { event(id: $id) { id } }
\`\`\`

Text that stands alone.

\`\`\`sh
npm start
\`\`\`

\`\`\`graphql
{ __typename }
\`\`\`
`
  expect(readTabs(fileOf(page))).toEqual([
    {
      query: '# 1. Look. Take this or that.\nquery Find($id: ID!, $first: Int) { event(id: $id) { id } }\n',
      variables: '{\n  "id": "",\n  "first": ""\n}',
    },
    { query: '{ __typename }\n', variables: '' },
  ])
})

test('makes ten tabs of the walkthrough, without overlong lines', () => {
  const tabs = readTabs(fileURLToPath(new URL('../../../docs/buy-a-ticket.md', import.meta.url)))
  expect(tabs).toHaveLength(10)
  expect(tabs[0]?.query).toMatch(/^# 1\. Find a performance\. Anybody may look/)
  for (const { query } of tabs) {
    expect(Math.max(...query.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110)
  }
})
