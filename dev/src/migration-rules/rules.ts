import type { AlterTableCmd, ColumnDef, Constraint, Node } from '@pgsql/types'
import { changesOf, droppedNames, type Migration, type Statement } from './statements.ts'

/** Something that a migration must not do while the service is in use, and what to do instead. */
export interface Rule {
  name: string
  instead: string
  isBroken: (statement: Statement, migration: Migration) => boolean
}

/** The rules of docs/migrations.md. */
export const rules: readonly Rule[] = [
  {
    name: 'concurrent-index',
    instead: 'Create and drop indexes `concurrently`; otherwise writes to the table are blocked.',
    isBroken: ({ node }, { created }) =>
      ('IndexStmt' in node && !node.IndexStmt.concurrent && !created.has(node.IndexStmt.relation?.relname ?? '')) ||
      ('DropStmt' in node && node.DropStmt.removeType === 'OBJECT_INDEX' && !node.DropStmt.concurrent),
  },
  {
    name: 'concurrent-again',
    instead:
      'Put `drop index concurrently if exists` with the same name before it: an interrupted run leaves an invalid index.',
    isBroken: ({ node }, { statements }) => {
      if (!('IndexStmt' in node) || !node.IndexStmt.concurrent) return false
      const before = statements.slice(
        0,
        statements.findIndex((statement) => statement.node === node),
      )
      return !before.some((statement) => droppedNames(statement.node).includes(node.IndexStmt.idxname ?? ''))
    },
  },
  {
    name: 'transaction',
    instead:
      '`concurrently` needs a file that begins with `-- no transaction`. Such a file may run twice, so it contains only repeatable `concurrently` and `validate constraint` statements, separated by breakpoints.',
    isBroken: (statement, migration) =>
      migration.withoutTransaction
        ? !mayRunAlone(statement, migration) || sharesPart(statement, migration)
        : isConcurrent(statement.node),
  },
  {
    name: 'not-valid',
    instead:
      'Add a check, a foreign key or a `not null` constraint as `not valid`; otherwise the table is locked while all rows are checked.',
    isBroken: (...args) =>
      constraintsAdded(...args).some(
        ({ contype, skip_validation }) =>
          (contype === 'CONSTR_CHECK' || contype === 'CONSTR_FOREIGN' || contype === 'CONSTR_NOTNULL') &&
          !skip_validation,
      ),
  },
  {
    name: 'validate-apart',
    instead: 'Validate in a later migration: in the same transaction the lock of the addition is still held.',
    isBroken: (statement, migration) => {
      const validated = validatedNames(statement, migration)
      return (
        !migration.withoutTransaction &&
        migration.statements.some((other) =>
          constraintsAdded(other, migration).some(({ conname }) => validated.includes(conname ?? '')),
        )
      )
    },
  },
  {
    name: 'unique-by-index',
    instead: 'Create a unique index `concurrently` first, then add the constraint `using index`.',
    isBroken: (...args) =>
      constraintsAdded(...args).some(
        ({ contype, indexname }) => (contype === 'CONSTR_UNIQUE' || contype === 'CONSTR_PRIMARY') && !indexname,
      ) || constraintsAdded(...args).some(({ contype }) => contype === 'CONSTR_EXCLUSION'),
  },
  {
    name: 'set-not-null',
    instead:
      'Add a `not null` constraint as `not valid` and validate it in a later migration. If a validated check already guarantees it, allow this and name the check.',
    isBroken: (...args) => changesOf(...args).some(({ subtype }) => subtype === 'AT_SetNotNull'),
  },
  {
    name: 'column-type',
    instead: 'Add a column of the new type, write both, backfill in batches, read the new one, then drop the old one.',
    isBroken: (...args) => changesOf(...args).some(({ subtype }) => subtype === 'AT_AlterColumnType'),
  },
  {
    name: 'add-column',
    instead:
      'A new column must be nullable or have a constant default, and no constraint but `not null`: a volatile default, an identity or a generated column rewrites every row.',
    isBroken: (...args) => changesOf(...args).some((change) => isCostlyColumn(columnOf(change))),
  },
  {
    name: 'rename',
    instead: 'The running version uses the old name: add the new one, write both, then drop the old one.',
    isBroken: ({ node }, { created }) =>
      'RenameStmt' in node &&
      !created.has(node.RenameStmt.relation?.relname ?? '') &&
      (node.RenameStmt.renameType === 'OBJECT_COLUMN' || node.RenameStmt.renameType === 'OBJECT_TABLE'),
  },
  {
    name: 'contract',
    instead:
      'Remove columns, tables and defaults one release after their last use, since the running version may use them. Allow it with the reason why it is unused.',
    isBroken: (statement, migration) =>
      changesOf(statement, migration).some(
        ({ subtype, def }) => subtype === 'AT_DropColumn' || (subtype === 'AT_ColumnDefault' && !def),
      ) ||
      ('DropStmt' in statement.node && statement.node.DropStmt.removeType === 'OBJECT_TABLE'),
  },
  {
    name: 'backfill',
    instead:
      'Backfill rows by a job, in batches with a transaction each. For a table that stays small, allow it with that reason.',
    isBroken: ({ node }, { created }) =>
      ('UpdateStmt' in node && !created.has(node.UpdateStmt.relation?.relname ?? '')) ||
      ('DeleteStmt' in node && !created.has(node.DeleteStmt.relation?.relname ?? '')),
  },
  {
    name: 'exclusive-lock',
    instead: 'This blocks all access to the table. Avoid it.',
    isBroken: ({ node }) =>
      'LockStmt' in node ||
      'TruncateStmt' in node ||
      'ClusterStmt' in node ||
      'VacuumStmt' in node ||
      'ReindexStmt' in node ||
      'RefreshMatViewStmt' in node,
  },
  {
    name: 'own-limits',
    instead: 'packages/kit/src/postgres/migrate.ts sets the lock timeout and retries.',
    isBroken: ({ node }) => 'VariableSetStmt' in node || 'TransactionStmt' in node,
  },
]

function isConcurrent(node: Node): boolean {
  return (
    ('IndexStmt' in node && node.IndexStmt.concurrent === true) ||
    ('DropStmt' in node && node.DropStmt.concurrent === true)
  )
}

/** Whether a statement can be interrupted and repeated. */
function mayRunAlone(statement: Statement, migration: Migration): boolean {
  const { node } = statement
  if (isConcurrent(node)) return !('DropStmt' in node) || node.DropStmt.missing_ok === true
  const changes = changesOf(statement, migration)
  return changes.length > 0 && changes.every(({ subtype }) => subtype === 'AT_ValidateConstraint')
}

function sharesPart({ part }: Statement, { statements }: Migration): boolean {
  return statements.filter((other) => other.part === part).length > 1
}

function constraintsAdded(statement: Statement, migration: Migration): Constraint[] {
  return changesOf(statement, migration).flatMap(({ subtype, def }) =>
    subtype === 'AT_AddConstraint' && def && 'Constraint' in def ? [def.Constraint] : [],
  )
}

function validatedNames(statement: Statement, migration: Migration): string[] {
  return changesOf(statement, migration).flatMap(({ subtype, name }) =>
    subtype === 'AT_ValidateConstraint' && name ? [name] : [],
  )
}

function columnOf({ subtype, def }: AlterTableCmd): ColumnDef | null {
  return subtype === 'AT_AddColumn' && def && 'ColumnDef' in def ? def.ColumnDef : null
}

/** Functions whose value is the same for every row of a statement. */
const sameForAllRows = new Set(['now', 'transaction_timestamp', 'statement_timestamp', 'pg_current_xact_id'])

function isCostlyColumn(column: ColumnDef | null): boolean {
  const constraints = (column?.constraints ?? []).flatMap((each) => ('Constraint' in each ? [each.Constraint] : []))
  const types = new Set(constraints.map(({ contype }) => contype))
  const needsRows = constraints.some(
    ({ contype, raw_expr }) =>
      (contype !== 'CONSTR_DEFAULT' && contype !== 'CONSTR_NOTNULL' && contype !== 'CONSTR_NULL') ||
      functionsIn(raw_expr).some((name) => !sameForAllRows.has(name)),
  )
  return needsRows || (types.has('CONSTR_NOTNULL') && !types.has('CONSTR_DEFAULT'))
}

function functionsIn(tree: unknown): string[] {
  if (typeof tree !== 'object' || tree === null) return []
  const call = (tree as { FuncCall?: { funcname?: { String?: { sval?: string } }[] } }).FuncCall
  const name = call?.funcname?.at(-1)?.String?.sval
  return [...(name ? [name] : []), ...Object.values(tree).flatMap(functionsIn)]
}
