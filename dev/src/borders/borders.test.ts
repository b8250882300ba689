import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { root } from '../repository.ts'
import { findCrossings } from './find-crossings.ts'

function treeOf(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'tikitu-borders-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  return folder
}

test('finds every way in which a subgraph reaches for a file of another part', () => {
  const folder = treeOf({
    'subgraphs/payment/src/a.ts': 'export const a = 1',
    'subgraphs/booking/src/domain/b.ts': [
      "import { a } from '../../../payment/src/a.ts'",
      "import type { A } from '../../../payment/src/a.ts'",
      "const c = await import('../../../../kit/src/db.ts')",
      "import '../../../payment/src/a.ts'",
      "export { a } from '../../../booking-old/src/a.ts'",
      "new URL('../../../payment/src/main.ts', import.meta.url)",
    ].join('\n'),
  })
  expect(findCrossings(folder)).toHaveLength(6)
})

test('allows a subgraph its own files, packages, and what is no module', () => {
  const folder = treeOf({
    'subgraphs/booking/test/b.test.ts': [
      "import { b } from '../src/domain/b.ts'",
      "import { kit } from '@tikitu/kit/postgres/database'",
      "new URL('../../../schema/supergraph.graphql', import.meta.url)",
    ].join('\n'),
  })
  expect(findCrossings(folder)).toEqual([])
})

test('no subgraph does so here', () => {
  expect(findCrossings(root)).toEqual([])
})
