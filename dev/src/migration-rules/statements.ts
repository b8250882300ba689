import type { AlterTableCmd, Node } from '@pgsql/types'
import { parse } from 'libpg-query'

/** A statement of a migration. */
export interface Statement {
  /** `AlterTableStmt`, `IndexStmt`, … */
  node: Node
  line: number
  /** The rules that a preceding comment suspends: `-- allow contract: no version reads it`. */
  allowed: readonly string[]
  /** The index of its part of the file, between breakpoints; parts are executed one by one. */
  part: number
}

/** A migration, parsed by Postgres's parser. */
export interface Migration {
  statements: readonly Statement[]
  /** Whether it runs without a surrounding transaction. */
  withoutTransaction: boolean
  /** The tables that it creates: unused until it has committed. */
  created: ReadonlySet<string>
}

const allowance = /--\s*allow ([a-z-]+): \S/g

/** Parses a migration. @throws {Error} on a syntax error */
export async function readMigration(text: string): Promise<Migration> {
  const statements: Statement[] = []
  let line = 1
  for (const [part, sql] of text.split('--> statement-breakpoint').entries()) {
    // Positions count bytes.
    const bytes = Buffer.from(sql)
    let end = 0
    for (const { stmt, stmt_location: start = 0, stmt_len: length } of (await parse(sql)).stmts ?? []) {
      const next = length ? start + length : bytes.length
      const own = bytes.subarray(end, next).toString()
      const before = bytes.subarray(0, start).toString() + leading(bytes.subarray(start, next).toString())
      if (stmt) {
        const allowed = [...own.matchAll(allowance)].map((match) => match[1] ?? '')
        statements.push({ node: stmt, line: line + countLines(before), allowed, part })
      }
      end = next
    }
    line += countLines(sql)
  }
  return { statements, withoutTransaction: text.startsWith('-- no transaction'), created: createdBy(statements) }
}

/** The changes of an `alter table` to a table that existed before; empty for other statements. */
export function changesOf({ node }: Statement, { created }: Migration): readonly AlterTableCmd[] {
  if (!('AlterTableStmt' in node) || created.has(node.AlterTableStmt.relation?.relname ?? '')) return []
  return (node.AlterTableStmt.cmds ?? []).flatMap((command) =>
    'AlterTableCmd' in command ? [command.AlterTableCmd] : [],
  )
}

/** The unqualified names that a `drop` removes. */
export function droppedNames(node: Node): string[] {
  if (!('DropStmt' in node)) return []
  return (node.DropStmt.objects ?? []).flatMap((object) => {
    const last = 'List' in object ? object.List.items?.at(-1) : object
    return last && 'String' in last ? [last.String.sval ?? ''] : []
  })
}

function createdBy(statements: readonly Statement[]): Set<string> {
  return new Set(
    statements.flatMap(({ node }) => {
      if ('CreateStmt' in node) return [node.CreateStmt.relation?.relname ?? '']
      return 'CreateTableAsStmt' in node ? [node.CreateTableAsStmt.into?.rel?.relname ?? ''] : []
    }),
  )
}

/** The comments and white space before the first word. */
function leading(sql: string): string {
  return /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*/.exec(sql)?.[0] ?? ''
}

function countLines(text: string): number {
  return text.split('\n').length - 1
}
