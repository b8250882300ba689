import type pg from 'pg'
import { statementsSentBy } from './statements.ts'

/** A node of a plan, as `explain (analyze, format json)` writes it. */
interface PlanNode {
  'Node Type': string
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Rows Removed by Index Recheck'?: number
  Plans?: PlanNode[]
}

/** What a statement read to give its answer. */
export interface StatementPlan {
  statement: string
  /** Tables that were read from end to end. */
  seqScans: string[]
  /** Rows that scans produced or threw away. */
  rowsRead: number
}

/**
 * How Postgres runs the selects that `act` sends through the pool. Fill the tables and `analyze` them first: on few rows, or
 * without statistics, a sequential scan is the right plan.
 */
export async function plansOf(pool: pg.Pool, act: () => Promise<unknown>): Promise<StatementPlan[]> {
  const statements = (await statementsSentBy(pool, act)).filter(({ text }) =>
    /^\s*(\/\*.*?\*\/\s*)?(select|with|\(select)\b/i.test(text),
  )
  const plans: StatementPlan[] = []
  for (const { text, values } of statements) {
    const { rows } = await pool.query(`explain (analyze, format json) ${text}`, values)
    const nodes = nodesOf(rows[0]['QUERY PLAN'][0].Plan)
    const scans = nodes.filter((node) => node['Relation Name'] !== undefined)
    plans.push({
      statement: text,
      seqScans: scans.filter((node) => node['Node Type'] === 'Seq Scan').map((node) => node['Relation Name'] ?? ''),
      rowsRead: scans.reduce((sum, node) => sum + readBy(node), 0),
    })
  }
  return plans
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)]
}

function readBy(node: PlanNode): number {
  const perLoop =
    node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)
  return perLoop * node['Actual Loops']
}
