import type { AlterTableCmd, Node } from '@pgsql/types'
import { parse } from 'libpg-query'

/** A statement of a migration. */
export interface Statement {
  /** `AlterTableStmt`, `IndexStmt`, … */
  node: Node
  line: number
  /** The rules that a comment before it sets aside: `-- allow contract: no version reads it any more`. */
  allowed: readonly string[]
  /** Which part of the file it is in: parts are sent to the database one by one. */
  part: number
}

/** A migration as the parser of Postgres reads it. */
export interface Migration {
  statements: readonly Statement[]
  /** Whether each statement commits by itself. */
  isAlone: boolean
  /** The tables that it makes: nobody uses them before it has committed. */
  created: ReadonlySet<string>
}

const allowance = /--\s*allow ([a-z-]+): \S/g

/** @throws {Error} when Postgres would not understand it */
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
  return { statements, isAlone: text.startsWith('-- no transaction'), created: createdBy(statements) }
}

/** The changes that a statement makes to a table that was there before; nothing when it is no `alter table`. */
export function changesOf({ node }: Statement, { created }: Migration): readonly AlterTableCmd[] {
  if (!('AlterTableStmt' in node) || created.has(node.AlterTableStmt.relation?.relname ?? '')) return []
  return (node.AlterTableStmt.cmds ?? []).flatMap((command) =>
    'AlterTableCmd' in command ? [command.AlterTableCmd] : [],
  )
}

/** The last name in each list of names of a `drop`. */
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

/** Comments and spaces before the first word. */
function leading(sql: string): string {
  return /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*/.exec(sql)?.[0] ?? ''
}

function countLines(text: string): number {
  return text.split('\n').length - 1
}
