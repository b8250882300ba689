import type { AlterTableCmd, ColumnDef, Constraint, Node } from '@pgsql/types'
import { changesOf, droppedNames, type Migration, type Statement } from './statements.ts'

/** What a migration may not do while people use the service, and what to do instead. */
export interface Rule {
  name: string
  instead: string
  isBroken: (statement: Statement, migration: Migration) => boolean
}

/** See docs/migrations.md. */
export const rules: readonly Rule[] = [
  {
    name: 'concurrent-index',
    instead: 'An index is made and dropped `concurrently`: else nobody writes to the table meanwhile.',
    isBroken: ({ node }, { created }) =>
      ('IndexStmt' in node && !node.IndexStmt.concurrent && !created.has(node.IndexStmt.relation?.relname ?? '')) ||
      ('DropStmt' in node && node.DropStmt.removeType === 'OBJECT_INDEX' && !node.DropStmt.concurrent),
  },
  {
    name: 'concurrent-again',
    instead:
      'Say `drop index concurrently if exists` of the same name before it: what was broken off leaves an index that is not valid.',
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
      'What is `concurrently` needs a file that begins with `-- no transaction`; such a file holds nothing but that and `validate constraint`, one statement a part, as it may run twice.',
    isBroken: (statement, migration) =>
      migration.isAlone
        ? !mayRunAlone(statement, migration) || isCrowded(statement, migration)
        : isConcurrent(statement.node),
  },
  {
    name: 'not-valid',
    instead:
      'Add a check, a foreign key or a `not null` constraint `not valid`: else the table is read through while nobody uses it.',
    isBroken: (...args) =>
      constraintsAdded(...args).some(
        ({ contype, skip_validation }) =>
          (contype === 'CONSTR_CHECK' || contype === 'CONSTR_FOREIGN' || contype === 'CONSTR_NOTNULL') &&
          !skip_validation,
      ),
  },
  {
    name: 'validate-apart',
    instead:
      'Validate in a migration after the one that adds: in the same transaction the lock of adding is still held.',
    isBroken: (statement, migration) => {
      const validated = validatedNames(statement, migration)
      return (
        !migration.isAlone &&
        migration.statements.some((other) =>
          constraintsAdded(other, migration).some(({ conname }) => validated.includes(conname ?? '')),
        )
      )
    },
  },
  {
    name: 'unique-by-index',
    instead: 'Make a unique index `concurrently` first, then add the constraint `using index`.',
    isBroken: (...args) =>
      constraintsAdded(...args).some(
        ({ contype, indexname }) => (contype === 'CONSTR_UNIQUE' || contype === 'CONSTR_PRIMARY') && !indexname,
      ) || constraintsAdded(...args).some(({ contype }) => contype === 'CONSTR_EXCLUSION'),
  },
  {
    name: 'set-not-null',
    instead:
      'Add a `not null` constraint `not valid` and validate it apart. Where a validated check says the same already, allow this with its name.',
    isBroken: (...args) => changesOf(...args).some(({ subtype }) => subtype === 'AT_SetNotNull'),
  },
  {
    name: 'column-type',
    instead: 'Add a column of the new type, write both, fill it in batches, read the new one, then drop the old one.',
    isBroken: (...args) => changesOf(...args).some(({ subtype }) => subtype === 'AT_AlterColumnType'),
  },
  {
    name: 'add-column',
    instead:
      'A new column is null or has a constant default, and no constraint beside `not null`: a default that differs by row, an identity or a generated column writes every row anew.',
    isBroken: (...args) => changesOf(...args).some((change) => isCostlyColumn(columnOf(change))),
  },
  {
    name: 'rename',
    instead: 'The version that still runs uses the old name: add the new one, write both, then drop the old one.',
    isBroken: ({ node }, { created }) =>
      'RenameStmt' in node &&
      !created.has(node.RenameStmt.relation?.relname ?? '') &&
      (node.RenameStmt.renameType === 'OBJECT_COLUMN' || node.RenameStmt.renameType === 'OBJECT_TABLE'),
  },
  {
    name: 'contract',
    instead:
      'What the version that still runs reads, or leaves to a default, goes one release after its last use. Allow it with the reason why nobody uses it.',
    isBroken: (statement, migration) =>
      changesOf(statement, migration).some(
        ({ subtype, def }) => subtype === 'AT_DropColumn' || (subtype === 'AT_ColumnDefault' && !def),
      ) ||
      ('DropStmt' in statement.node && statement.node.DropStmt.removeType === 'OBJECT_TABLE'),
  },
  {
    name: 'backfill',
    instead:
      'Rows are filled in by a job, in batches that commit by themselves. Of a table that stays small, allow it and say so.',
    isBroken: ({ node }, { created }) =>
      ('UpdateStmt' in node && !created.has(node.UpdateStmt.relation?.relname ?? '')) ||
      ('DeleteStmt' in node && !created.has(node.DeleteStmt.relation?.relname ?? '')),
  },
  {
    name: 'exclusive-lock',
    instead: 'This keeps everybody from the table for as long as it takes: do without.',
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
    instead:
      'How long a migration waits for its locks is set by packages/kit/src/postgres/migrate.ts, which tries again.',
    isBroken: ({ node }) => 'VariableSetStmt' in node || 'TransactionStmt' in node,
  },
]

function isConcurrent(node: Node): boolean {
  return (
    ('IndexStmt' in node && node.IndexStmt.concurrent === true) ||
    ('DropStmt' in node && node.DropStmt.concurrent === true)
  )
}

/** What may be broken off anywhere, and run once more from the start. */
function mayRunAlone(statement: Statement, migration: Migration): boolean {
  const { node } = statement
  if (isConcurrent(node)) return !('DropStmt' in node) || node.DropStmt.missing_ok === true
  const changes = changesOf(statement, migration)
  return changes.length > 0 && changes.every(({ subtype }) => subtype === 'AT_ValidateConstraint')
}

function isCrowded({ part }: Statement, { statements }: Migration): boolean {
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
