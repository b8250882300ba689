import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A copy of a migrations folder as it was up to and with the migration of that number: for tests of what came after it. */
export function migrationsUpTo(folder: string, number: number): string {
  const copy = mkdtempSync(join(tmpdir(), 'tikitu-migrations-'))
  cpSync(folder, copy, { recursive: true })
  const journalFile = join(copy, 'meta', '_journal.json')
  const journal = JSON.parse(readFileSync(journalFile, 'utf8')) as { entries: { idx: number }[] }
  const entries = journal.entries.filter((entry) => entry.idx <= number)
  writeFileSync(journalFile, JSON.stringify({ ...journal, entries }))
  return copy
}
